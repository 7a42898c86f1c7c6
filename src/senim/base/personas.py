"""The people of the demo through whom a visitor enters: their codes and sign-in names.

Both the demo's generator and the door that signs a visitor in read them here. The accounts exist
only in a database stamped as a demo.
"""

USERNAMES = {
    "teacher": "demo.teacher",  # teaches algebra to 7 «Ә»; has a lesson with it as the demo begins
    "homeroom": "demo.homeroom",  # leads 7 «Ә» and is a mother in the same school
    "mother": "demo.mother",  # three children in the two schools, one of them in 7 «Ә»
    "father": "demo.father",  # a court left him his child's timetable and marks, nothing else
    "pupil": "demo.pupil",  # the mother's child in 7 «Ә»
    "head": "demo.head",
    "deputy_head": "demo.deputy",
    "clerk": "demo.clerk",
    "village_teacher": "demo.village",  # teaches two grades in one room
    "official": "demo.official",  # of the region; sees no child without a case
    "support": "demo.support",  # of the operator; sees nothing until a school opens its pages
}
PASSWORD = "senim-demo"  # noqa: S105 - of invented people, in a database that says it is a demo
