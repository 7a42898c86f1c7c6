"""Which rows of the journal PostgreSQL opens to whom; see `base.second_wall`."""

from senim.base.second_wall import Wall

_OWN_OR_SCHOOL = """
    member_id = any({{members}}) or school_id = any({{led}}) or school_id = any({{supported}})
"""


_OF_CLASS = """
    or exists (
        select 1 from {table} t join schools_class k on k.id = t.klass_id
        where t.id = {key}
        and (t.klass_id = any({{classes}}) or k.homeroom_id = any({{homerooms}}))
        offset 0
    )
"""


def _of_class(table: str, key: str) -> Wall:
    return Wall((_OWN_OR_SCHOOL + _OF_CLASS).format(table=table, key=key))


WALLED = {
    "journal_attendance": _of_class("journal_lessonentry", "lesson_id"),
    "journal_result": _of_class("journal_lineitem", "line_item_id"),
    "journal_resultfact": Wall(
        """
        exists (
            select 1 from journal_result r where r.id = journal_resultfact.result_id offset 0
        )
        """
    ),
}

EXEMPT = {
    "journal_lessonentry": "says of a class what was taught; its author is an id without a name",
}
