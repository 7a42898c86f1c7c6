"""Names plausible in the country's languages, put together at random. Nobody real is meant."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class People:
    """One people's stock of names.

    surnames: in the man's form; those on -ов, -ев, -ин, -ский and -ый get a woman's ending.
    fathers: (given name, son's patronymic, daughter's); empty where patronymics are not in use.
    """

    code: str
    surnames: tuple[str, ...]
    boys: tuple[str, ...]
    girls: tuple[str, ...]
    fathers: tuple[tuple[str, str, str], ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_KAZAKH_MEN = _words(
    "Абай Абзал Азамат Айбек Айдар Айдос Аян Алдияр Алибек Алихан Алмас Амир Арман Арсен Асқар "
    "Асхат Бауыржан Бекзат Береке Болат Ғабит Ғалым Дамир Данияр Дастан Дәурен Дәулет Дінмұхаммед "
    "Елдос Ерасыл Ерболат Еркебұлан Ерлан Жандос Жанибек Жасұлан Жомарт Қайрат Қанат Қасым "
    "Қуаныш Мадияр Мақсат Марат Мейіржан Мерей Мирас Мұрат Нұржан Нұрлан Нұрсұлтан Нұртас "
    "Олжас Ораз Рамазан Рауан Рахат Рүстем Саян Самат Санжар Серік Сұңғат Талғат Тамерлан Темірлан "
    "Тимур Төлеген Ұлан Шыңғыс Ілияс Ислам Әділет Әлихан Әмір Бейбарыс Біржан Ержан Ернар Мансұр"
)
_KAZAKH_WOMEN = _words(
    "Аружан Айша Айару Айгерім Айдана Айзере Айым Айнұр Ақбота Ақерке Ақмарал Алина Алтынай Аяла "
    "Аяжан Аяулым Әдемі Әсел Әсем Балжан Баян Ботагөз Гауһар Гүлдана Гүлім Дана Дариға Дильназ "
    "Диана Еңлік Жадыра Жанель Жанерке Жансая Жібек Зере Зарина Інжу Інкар Камила Кәмшат Кәусар "
    "Көркем Қарақат Қымбат Ләйла Ләззат Мадина Малика Медина Мөлдір Меруерт Назерке Нұрай Нұрила "
    "Нұргүл Перизат Раяна Сабина Салтанат Самал Сезім Сымбат Томирис Тоғжан Тұрар Ұлжан Фариза "
    "Хадиша Шынар Іңкәр Ясмин Аделя Айсұлу Аңсар Арайлым Бибінұр Гүлназ Дәмелі Жұлдыз Маржан "
    "Сандуғаш"
)
KAZAKH = People(
    "kazakh",
    _words(
        "Абдрахманов Абенов Айтбаев Айтжанов Ақышев Алдабергенов Алтаев Аманжолов Асанов Ахметов "
        "Әбдіғалиев Әбілдин Әлімбеков Әшімов Байбосынов Байжанов Бақытов Бейсенов Бекенов Бектұров "
        "Бердібеков Боранбаев Дүйсенов Ғабдуллин Ғалиев Дәуренбеков Досанов Досмағамбетов Егізбаев "
        "Елубаев Еркінов Есенов Есимханов Жақыпов Жанұзақов Жұмабаев Жұмағалиев Жүнісов Ибраев "
        "Ибрагимов Искаков Кәрімов Кенжебаев Көшербаев Күзембаев Қалиев Қасенов Қожахметов "
        "Қонысбаев Құсайынов Мамыров Маханов Мұқанов Мұсабеков Мырзабеков Нұрғалиев Нұрпейісов "
        "Омаров Оразбаев Оспанов Өмірбеков Өтегенов Рақымжанов Сағындықов Сақтағанов Сапаров "
        "Сарсенов Сәдуақасов Сейітов Сейдахметов Серікбаев Смағұлов Сұлейменов Тайшыбеков Тәжібаев "
        "Тілеубаев "
        "Тоқтаров Төлегенов Тұрсынбеков Ұзақов Шаймерденов Шәріпов Ысқақов"
    ),
    _KAZAKH_MEN,
    _KAZAKH_WOMEN,
    tuple((name, f"{name}ұлы", f"{name}қызы") for name in _KAZAKH_MEN),
)
RUSSIAN = People(
    "russian",
    _words(
        "Белов Васильев Волков Воробьёв Гаврилов Голубев Дмитриев Егоров Ефимов Жуков Захаров "
        "Зайцев Иванов Ильин Калинин Карпов Киселёв Климов Козлов Комаров Королёв Кузнецов Лебедев "
        "Макаров Мартынов Медведев Мельников Морозов Никитин Новиков Орлов Павлов Петров Поляков "
        "Попов Рогов Романов Савельев Семёнов Сергеев Сидоров Смирнов Соколов Соловьёв Степанов "
        "Тарасов Титов Фёдоров Филиппов Фролов Чернов Широков Щербаков Яковлев"
    ),
    _words(
        "Александр Алексей Андрей Антон Артём Арсений Богдан Вадим Василий Виктор Владислав Глеб "
        "Даниил Денис Дмитрий Евгений Егор Иван Илья Кирилл Константин Лев Максим Марк Матвей "
        "Михаил Никита Николай Олег Павел Роман Святослав Семён Степан Тимофей Фёдор Юрий Ярослав"
    ),
    _words(
        "Александра Алёна Алиса Анастасия Ангелина Анна Валерия Варвара Вера Вероника Виктория "
        "Дарья Ева Евгения Екатерина Елена Елизавета Злата Ирина Кира Ксения Любовь Маргарита "
        "Мария Милана Надежда Наталья Ольга Полина Светлана София Таисия Татьяна Ульяна Юлия Яна"
    ),
    (
        ("Александр", "Александрович", "Александровна"),
        ("Алексей", "Алексеевич", "Алексеевна"),
        ("Андрей", "Андреевич", "Андреевна"),
        ("Владимир", "Владимирович", "Владимировна"),
        ("Виктор", "Викторович", "Викторовна"),
        ("Денис", "Денисович", "Денисовна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Евгений", "Евгеньевич", "Евгеньевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Константин", "Константинович", "Константиновна"),
        ("Максим", "Максимович", "Максимовна"),
        ("Михаил", "Михайлович", "Михайловна"),
        ("Николай", "Николаевич", "Николаевна"),
        ("Олег", "Олегович", "Олеговна"),
        ("Павел", "Павлович", "Павловна"),
        ("Роман", "Романович", "Романовна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Юрий", "Юрьевич", "Юрьевна"),
    ),
)
UZBEK = People(
    "uzbek",
    _words(
        "Абдуллаев Ахмедов Юлдашев Каримов Мирзаев Рахимов Саидов Турсунов Усманов Хамидов "
        "Эргашев Ташматов Холматов Маматов Исмоилов Назаров"
    ),
    _words("Азиз Бекзод Жавохир Жасур Зафар Отабек Рустам Сардор Улугбек Фарход Шерзод Диёр"),
    _words("Дилноза Гулчехра Зухра Камола Лола Мадина Нигора Севара Феруза Шахноза Юлдуз Мохира"),
)
UYGHUR = People(
    "uyghur",
    _words(
        "Абдуваитов Аюпов Баратов Гожамбердиев Исламов Камалов Масимов Насыров Розиев Садыров "
        "Тохтахунов Турганов Хамраев Юсупов"
    ),
    _words(
        "Адиль Алимжан Аркин Бахтияр Дильшат Ильяр Курбан Марат Нурмахамат Пархат Шавкат Эльдар"
    ),
    _words(
        "Гульбахрам Диляра Зулфия Ирада Мариям Махинур Наргиза Патигуль Рена Сания Халида Шаирам"
    ),
)
KOREAN = People(
    "korean",
    _words("Ким Пак Цой Ли Хан Тен Югай Огай Хегай Кан Шин Нам Ногай Эм Лим Сон"),
    _words("Александр Артур Виталий Владимир Георгий Герман Денис Роман Руслан Станислав Эдуард"),
    _words("Алина Анжела Виктория Диана Инна Кристина Лариса Марина Наталья Светлана Эльвира"),
)
GERMAN = People(
    "german",
    _words(
        "Бауэр Вагнер Вайс Вебер Гартман Гофман Келлер Кох Кранц Майер Миллер Нойман Рихтер Фишер "
        "Франк Шефер Шмидт Штраус Эберт Янцен"
    ),
    _words("Александр Альберт Андрей Артур Виктор Генрих Давид Марк Павел Роберт Эдуард Эрик"),
    _words("Анна Валентина Виктория Елена Ида Ирма Кристина Лидия Марта Нелли Роза Эмилия"),
)
TATAR = People(
    "tatar",
    _words(
        "Ахметзянов Валиев Гайнуллин Гарифуллин Галимов Закиров Ибатуллин Мингазов Мухаметов "
        "Сабиров Сафин Фаттахов Хабибуллин Хасанов Шакиров"
    ),
    _words("Айрат Альберт Булат Ильдар Ильнур Камиль Марсель Наиль Рамиль Ренат Рустам Тимур"),
    _words("Адиля Алсу Гузель Динара Ильнара Камилла Лейсан Лилия Регина Резеда Эльмира Эндже"),
)
UKRAINIAN = People(
    "ukrainian",
    _words(
        "Бондаренко Гончаренко Кравченко Коваленко Литвиненко Мельник Олейник Пилипенко Петренко "
        "Савченко Тимошенко Ткаченко Шевчук Шульга Яценко"
    ),
    RUSSIAN.boys,
    RUSSIAN.girls,
    RUSSIAN.fathers,
)

MIX: dict[str, tuple[tuple[People, int], ...]] = {
    "kk": ((KAZAKH, 88), (UZBEK, 4), (UYGHUR, 4), (KOREAN, 1), (TATAR, 2), (RUSSIAN, 1)),
    "ru": (
        (RUSSIAN, 44),
        (KAZAKH, 24),
        (UKRAINIAN, 8),
        (GERMAN, 6),
        (KOREAN, 6),
        (TATAR, 6),
        (UYGHUR, 3),
        (UZBEK, 3),
    ),
}
"""How often each people's names are met in classes of a language of instruction, in percent."""


def womans(surname: str) -> str:
    """Return a surname in the woman's form."""
    if surname.endswith(("ов", "ев", "ёв", "ин")):
        return f"{surname}а"
    if surname.endswith("ский"):
        return f"{surname[:-2]}ая"
    return surname


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in the three parts that registers keep."""

    family: str
    given: str
    middle: str
    sex: Sex


@dataclass(frozen=True, slots=True)
class House:
    """What a family shares: its people, its surname in both forms, the father's given name."""

    people: People
    surname: str
    surname_of_women: str
    father: tuple[str, str, str]

    def child(self, rng: Random, sex: Sex) -> Name:
        """Return a name for a child of the house."""
        given = rng.choice(self.people.boys if sex == "male" else self.people.girls)
        return self.named(given, sex)

    def named(self, given: str, sex: Sex) -> Name:
        """Return the name of a child of the house whose given name is known."""
        return Name(
            self.surname if sex == "male" else self.surname_of_women,
            given,
            self.father[1 if sex == "male" else 2],
            sex,
        )

    def mother(self, rng: Random) -> Name:
        """Return a name for the mother."""
        given = rng.choice(self.people.girls)
        surname = self.surname_of_women
        if surname.endswith("қызы"):
            surname = womans(rng.choice(self.people.surnames))
        return Name(surname, given, self._of_grandfather(rng, 2), "female")

    def head(self, rng: Random) -> Name:
        """Return the father's name."""
        surname = self.surname
        if surname.endswith("ұлы") or surname == self.father[0]:
            surname = rng.choice(self.people.surnames)
        given = self.father[0] or rng.choice(self.people.boys)
        return Name(surname, given, self._of_grandfather(rng, 1), "male")

    def _of_grandfather(self, rng: Random, form: int) -> str:
        return rng.choice(self.people.fathers)[form] if self.people.fathers else ""


def house(rng: Random, people: People) -> House:
    """Return a family. A third of Kazakh ones are called after the father, without -ов."""
    surname = rng.choice(people.surnames)
    father = rng.choice(people.fathers) if people.fathers else ("", "", "")
    if people is KAZAKH:
        style, named_after = rng.random(), (father[0], "", "")
        if style < 0.18:
            return House(people, father[1], father[2], named_after)
        if style < 0.34:
            return House(people, father[0], father[0], named_after)
        if style < 0.5:
            father = named_after
    return House(people, surname, womans(surname), father)


def draw_people(rng: Random, medium: str) -> People:
    """Return whose names the next family has, by the language of instruction (kk, ru)."""
    stock = MIX[medium]
    return rng.choices([people for people, _ in stock], [share for _, share in stock])[0]


_LETTERS = _words(
    "а-a ә-a б-b в-v г-g ғ-g д-d е-e ё-e ж-zh з-z и-i й-i к-k қ-q л-l м-m н-n ң-n о-o ө-o п-p р-r "
    "с-s т-t у-u ұ-u ү-u ф-f х-h һ-h ц-ts ч-ch ш-sh щ-sh ы-y і-i э-e ю-iu я-ia"
)
_LATIN = dict(pair.split("-") for pair in _LETTERS)


def latin(name: str) -> str:
    """Return a name in Latin letters, for sign-in names."""
    return "".join(_LATIN.get(letter, "") for letter in name.casefold())
