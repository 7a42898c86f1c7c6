"""Which rows of a school's roll PostgreSQL opens to whom; see `base.second_wall`.

A member is seen by whoever sees one of their enrolments. Who teaches what is open to the school's
own people, as the timetable is. Rows of one's classes stay open for their past: a register of
September names who left in October.
"""

from senim.base.second_wall import Wall

WALLED = {
    "schools_member": Wall(
        """
        user_id = {user} or id = any({members}) or school_id = any({led})
        or (
            (school_id = any({kept}) or school_id = any({supported}))
            and not exists (
                select 1 from people_protection p
                where p.user_id = schools_member.user_id
                and p.starts <= {day} and (p.ends is null or p.ends > {day})
                offset 0
            )
        )
        or exists (
            select 1 from schools_enrollment e
            where e.member_id = schools_member.id and e.school_id = schools_member.school_id
            and (
                e.role = 'teacher'
                or (e.school_id = any({kept}) or e.school_id = any({supported})) is not true
            )
            offset 0
        )
        """
    ),
    "schools_enrollment": Wall(
        """
        klass_id = any({classes}) or klass_id = any({homerooms})
        or member_id = any({members})
        or school_id = any({kept}) or school_id = any({supported})
        or (role = 'teacher' and school_id = any({schools}))
        or exists (
            select 1 from schools_class k
            where k.id = klass_id and k.homeroom_id = any({homerooms}) offset 0
        )
        """
    ),
    "schools_role": Wall("user_id = {user} or school_id = any({kept})"),
    "schools_access": Wall("user_id = {user} or school_id = any({led})"),
}
