"""The pages of an official: figures of an area's schools, and one child by a case."""
