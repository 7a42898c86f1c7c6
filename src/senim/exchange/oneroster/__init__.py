"""OneRoster 1.1 and 1.2 CSV: the only place where its camelCase words live.

reading (files, encodings) → shaping (rows as frozen values) → diffing (what would change) →
applying. What is amiss is noted with file, line, field and code; never with the value itself.
"""
