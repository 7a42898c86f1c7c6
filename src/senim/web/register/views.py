"""The register's doors: choosing one, reading it, its cards, and its plain forms."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from senim.journal import services as journal
from senim.ledger import services as ledger
from senim.rules.errors import NotFound
from senim.web.door import actor_of, plain, show, time_of
from senim.web.register import cards, columns
from senim.web.register.listing import list_page
from senim.web.register.opening import LOOKED, Opened, open_register
from senim.web.register.pages import NoTermPage, Shown, class_title, register_page
from senim.web.register.signs import read_cell

SAVED = "journal.register.saved"


def registers(request: HttpRequest) -> HttpResponse:
    """Show the registers one may open; with ?class= those of one homeroom class."""
    chosen = request.GET.get("class", "")
    page = list_page(actor_of(request), chosen=chosen, at=time_of(request))
    return plain(request, "register/list.html", page)


def register(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Show or change one register.

    term: number of a quarter. edit: a column as a form; add: sor or soch; why: a pupil's mark;
    cell: a column and a pupil. part: only the card or the totals, for the page's script.
    """
    opened = open_register(
        class_id, term=request.GET.get("term", ""), actor=actor_of(request), at=time_of(request)
    )
    if request.method == "POST":
        return _save(request, opened)
    return _shown(request, opened)


def _shown(request: HttpRequest, opened: Opened) -> HttpResponse:
    lang, asked = actor_of(request).language, request.GET
    if opened.book is None:
        page = NoTermPage(opened.year.klass.id, class_title(opened.year.klass, lang))
        return _answer(request, opened, "register/no_term.html", page)
    if opened.writes and "edit" in asked:
        return _form(request, opened, columns.column_page(opened, asked["edit"], actor_of(request)))
    if opened.writes and asked.get("add") in columns.SUMMATIVE:
        return _form(request, opened, columns.new_work_page(opened, asked["add"], lang))
    if "why" in asked or "cell" in asked:
        return _card(request, opened)
    shown = Shown(lang, actor_of(request).hat_id, opened.writes, "left" in asked, opened.on)
    sheet = register_page(opened.book, opened.periods, opened.year.school, shown)
    totals = asked.get("part") == "totals"
    return _answer(request, opened, f"register/{'part_totals' if totals else 'sheet'}.html", sheet)


def _answer(
    request: HttpRequest, opened: Opened, template: str, page: object, *, status: int = 200
) -> HttpResponse:
    return show(
        request,
        template,
        page,
        subject=opened.year.klass.subject,
        thing=opened.thing,
        event=LOOKED,
        status=status,
    )


def _form(
    request: HttpRequest, opened: Opened, page: columns.ColumnPage, *, status: int = 200
) -> HttpResponse:
    return _answer(request, opened, "register/column.html", page, status=status)


def _card(request: HttpRequest, opened: Opened) -> HttpResponse:
    actor, asked = actor_of(request), request.GET
    title = class_title(opened.year.klass, actor.language)
    term = opened.book.period.number if opened.book else 0
    if "why" in asked:
        mark = cards.mark_card(opened, asked["why"], actor.language)
        page = cards.CardPage(title, opened.year.klass.id, term, mark=mark)
    else:
        cell = cards.cell_card(opened, asked["cell"], actor=actor)
        page = cards.CardPage(title, opened.year.klass.id, term, cell=cell)
    part = asked.get("part") == "card"
    return _answer(request, opened, f"register/{'card' if part else 'card_page'}.html", page)


# Forms


def _save(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Save a plain form and lead back to where it was sent from."""
    if not opened.writes:
        ledger.refused(opened.thing, actor=actor_of(request), at=time_of(request), event=SAVED)
        raise NotFound("not_found")
    sent = columns.Sent(request.POST.dict(), actor_of(request), time_of(request))
    match sent.values.get("intent"):
        case "column":
            return _save_column(request, opened, sent)
        case "cell":
            return _save_cell(request, opened, sent)
        case "work":
            return _save_work(request, opened, sent)
        case "remove":
            return _remove(request, opened, sent)
    raise NotFound("not_found")


def _back(opened: Opened) -> HttpResponse:
    address = reverse("register", kwargs={"class_id": opened.year.klass.id})
    term = opened.book.period.number if opened.book else ""
    return redirect(f"{address}?term={term}")


def _save_column(request: HttpRequest, opened: Opened, sent: columns.Sent) -> HttpResponse:
    key = request.GET.get("edit", "")
    _, column = opened.column(key)
    try:
        columns.save_column(opened, column, sent)
    except columns.Faulty as fault:
        told = columns.Told(sent.values, fault.errors)
        page = columns.column_page(opened, key, sent.actor, told=told)
        return _form(request, opened, page, status=422)
    return _back(opened)


def _save_cell(request: HttpRequest, opened: Opened, sent: columns.Sent) -> HttpResponse:
    key, _, member = request.GET.get("cell", "").partition("~")
    _, column = opened.column(key)
    line = opened.line(member)
    values = sent.values
    change = columns.Change(
        read_cell(values.get("was", ""), sent.lang, lesson=True),
        read_cell(values.get("value", ""), sent.lang, lesson=column.is_lesson),
        values.get("seen", ""),
        values.get("comment", ""),
        values.get("reason", ""),
    )
    columns.save_changes(opened, column, {line.member_id: change}, sent)
    return _back(opened)


def _save_work(request: HttpRequest, opened: Opened, sent: columns.Sent) -> HttpResponse:
    key, kind = request.GET.get("edit", ""), request.GET.get("add", "")
    if not key and kind not in columns.SUMMATIVE:
        raise NotFound("not_found")
    column = opened.column(key)[1] if key else None
    try:
        columns.save_work(opened, column, kind, sent)
    except columns.Faulty as fault:
        told = columns.Told(sent.values, fault.errors)
        page = (
            columns.column_page(opened, key, sent.actor, told=told)
            if key
            else columns.new_work_page(opened, kind, sent.lang, told=told)
        )
        return _form(request, opened, page, status=422)
    return _back(opened)


def _remove(request: HttpRequest, opened: Opened, sent: columns.Sent) -> HttpResponse:
    _, column = opened.column(request.GET.get("edit", ""))
    if column.item_id is None:
        raise NotFound("not_found")
    journal.remove_summative(column.item_id, actor=sent.actor, at=sent.at)
    return _back(opened)
