"""A corpus made up by a seed, in the JSON Lines shape that `import_publications` reads: as long-tailed, uneven and
imperfect as a real one. The same arguments give the same bytes."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

FIRST_DAY, LAST_DAY = date(1998, 1, 5), date(2025, 11, 28)
TYPES = ["Special Report", "Brief", "Analysis and Commentary", "Article", "Working Paper"]
LANGUAGES = {"en": 80, "fr": 6, "ar": 5, "zh": 5, "es": 4}
WORDS = {
    "en": (
        "river treaty border council water farmers ministry dispute mediation harvest pasture drought ceasefire "
        "tariff railway customs refugee school clinic budget audit election village elders army patrol fishery delta "
        "port grain dialogue women youth land court rights police climate flood storage canal energy pipeline market "
        "labour union archive memory language media radio survey census tax reform mayor ward street housing migration"
    ),
    "fr": (
        "fleuve traité frontière conseil eau paysans ministère médiation récolte sécheresse trêve douane chemin école "
        "budget élection village armée pêche port céréales dialogue femmes jeunesse terre tribunal droits climat"
    ),
    "es": (
        "río tratado frontera consejo agua campesinos ministerio mediación cosecha sequía tregua aduana camino escuela "
        "presupuesto elección aldea ejército pesca puerto diálogo mujeres juventud tierra tribunal derechos clima"
    ),
    "ar": (
        "نهر معاهدة حدود مجلس مياه مزارعون وزارة وساطة حصاد جفاف هدنة جمارك طريق مدرسة ميزانية انتخابات قرية جيش ميناء "
        "حوار نساء شباب أرض محكمة حقوق مناخ طاقة سوق"
    ),
    "zh": (
        "河流 条约 边界 议会 水资源 农民 部门 调解 收成 干旱 停火 海关 铁路 学校 预算 选举 村庄 军队 港口 "
        "对话 妇女 青年 土地 法院 权利 气候 能源 市场"
    ),
}  # fmt: skip
WORDS = {language: words.split() for language, words in WORDS.items()}
PLACES = ["Lowani", "Ardasai", "Côte d’Ambre", "São Telmo", "Östervik", "Karesh Valley", "منطقة الدلتا", "滨海省"]
FIRST_NAMES = ["Amina", "Jean-Pierre", "Lin", "Zoë", "Þóra", "Rachel", "Omar", "Beatriz", "Søren", "Ngũgĩ"]
LAST_NAMES = [
    "Diallo",
    "Vandenbrink",
    "Yuezhen",
    "Ångström",
    "O’Neill",
    "Baillie",
    "al-Hakim",
    "Tavares",
    "Nguyễn",
    "Wafula",
]
WHOLE_NAMES = ["محمد الأمين", "王小明", "Institute for Quiet Diplomacy"]
HOSTILE = [
    "<script>alert('intruder')</script>",
    '<p onclick="alert(1)">Press <a href="javascript:alert(2)">here</a></p>',
    '<iframe src="https://films.example/watch"></iframe><form action="https://evil.example"><input name="word"></form>',
    "A bell \x07, a null \x00, a lone surrogate \ud800 and an override \u202e.",
]


@dataclass(frozen=True)
class Summary:
    """What was written. `authors` and `topics` count what the site will hold, not the lines of their files."""

    folder: Path
    ids: tuple[str, ...]
    authors: int
    topics: int
    without_body: int
    without_topic: int
    without_author: int


def write_corpus(folder, reports=200, seed=1, hostile=False):
    """Write publications.jsonl, authors.jsonl and topics.jsonl into `folder`, and say what they hold."""
    chance = random.Random(seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    people = [person(number) for number in range(max(6, reports // 4))]
    topics = [topic(number) for number in range(max(12, reports // 4))]
    items = publications(chance, reports, people, topics, hostile)
    write(folder / "publications.jsonl", items)
    write(folder / "authors.jsonl", [*people[1:], people[1] | {"slug": f"{people[1]['slug']}-again", "bio": ""}])
    write(folder / "topics.jsonl", [*topics, topics[0] | {"name": topics[0]["name"].upper(), "aliases": []}])
    return Summary(
        folder,
        tuple(item["id"] for item in items),
        # The first person has no page of their own: such a one is made only if a publication names them.
        len({row["name"] for row in people[1:]} | {name for item in items for name in item["authors"]}),
        len(topics),
        sum(not item["body"] for item in items),
        sum(not item["topics"] for item in items),
        sum(not item["authors"] for item in items),
    )


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        # Lone surrogates can stand in JSON only as escapes.
        file.writelines(json.dumps(row) + "\n" for row in rows)


def person(number):
    if number < len(WHOLE_NAMES):
        return {"name": WHOLE_NAMES[number], "slug": f"author-{number}", "bio": "", "affiliation": "", "urls": []}
    first, last = FIRST_NAMES[number % 10], LAST_NAMES[number // 10 % 9]
    name = f"{first} {last}" + (f" {number // 90}" if number >= 90 else "")
    return {
        "name": name,
        "slug": f"author-{number}",
        "first_name": first,
        "last_name": name.removeprefix(f"{first} "),
        "bio": f"{name} writes on **{WORDS['en'][number % 50]}** and [more](https://people.example/{number}).",
        "affiliation": "Institute &amp; Partners" if number % 3 else "",
        "location": PLACES[number % len(PLACES)],
        "urls": [f"https://people.example/{number}"] if number % 2 else [],
    }


def topic(number):
    """Every fifth is a subject and every seventh a place; the rest are the long tail of keywords."""
    words = WORDS["en"]
    name = f"{words[number % len(words)]} {words[number * 7 % 60]}".capitalize()
    name += f" {number}" if number >= len(words) else ""
    kind = "subject" if number % 5 == 0 else "place" if number % 7 == 1 else "keyword"
    if kind == "place" and number // 7 < len(PLACES):
        name = PLACES[number // 7]
    return {
        "name": name,
        "slug": f"topic-{number}",
        "kind": kind,
        "description": f"What we publish on {name}.",
        "long_description": "",
        # One that is gone and leads here, one that is a living topic's.
        "aliases": [f"old-topic-{number}", "topic-1"] if number % 10 == 0 else [],
    }


def publications(chance, reports, people, topics, hostile):
    days = sorted(chance.randrange((LAST_DAY - FIRST_DAY).days) for _ in range(reports))
    items = []
    for number, day in enumerate(days):
        items.append(publication(chance, number, FIRST_DAY + timedelta(days=day), items, people, topics))
        if hostile:
            items[-1]["body"] += f"\n\n{chance.choice(HOSTILE)}"
            items[-1]["title"] += chance.choice(["", "\x00", "\ud800", " <script>alert(3)</script>"])
    return items


def publication(chance, number, day, earlier, people, topics):
    language = chance.choices([*LANGUAGES], LANGUAGES.values())[0]
    about = [] if number % 16 == 3 else long_tail(chance, topics, chance.randint(1, 8))
    linked = [item["id"] for item in chance.sample(earlier, min(len(earlier), chance.choice([0, 0, 1, 3])))]
    is_link = number % 8 == 5
    extra = {"origin_path": f"content/{number}.md", "expirydate": "2019-01-01", "internal_links": linked}
    title = f"{sentence(chance, language, 5)} {number}"
    return {
        "id": f"paper-{number}",
        "title": title.replace(" ", " &amp; ", 1) if number % 14 == 2 else title,
        "subtitle": sentence(chance, language, 7) if number % 4 == 0 else "",
        "type": chance.choices(TYPES, [2, 4, 6, 12, 1])[0],
        "date": day.isoformat(),
        "authors": [] if number % 5 == 4 else [row["name"] for row in long_tail(chance, people, chance.randint(1, 3))],
        "topics": [{"name": row["name"], "kind": row["kind"]} for row in about],
        "summary": sentence(chance, language, 18) + "." if number % 9 else "",
        "body": "" if is_link else body(chance, language, about, linked, number % 10 == 6),
        "body_format": "html" if number % 10 == 6 else "markdown",
        "language": language,
        "source_url": f"https://source.example/{number}/",
        "licence": "CC-BY-4.0" if number % 3 else "",
        "extra": extra | ({"external_url": f"https://elsewhere.example/{number}"} if is_link else {}),
    }


def long_tail(chance, rows, count):
    """Distinct rows, those at the front far more often: the broadest on about a fifth, most on a handful."""
    found = {min(int(len(rows) ** chance.random()) - 1, len(rows) - 1) for _ in range(count)}
    return [rows[place] for place in sorted(found)]


def sentence(chance, language, length):
    joint = "" if language == "zh" else " "
    words = joint.join(chance.choices(WORDS[language], k=length))
    return words[:1].upper() + words[1:]


def body(chance, language, about, linked, as_html):
    paragraphs = [f"{sentence(chance, language, chance.randint(12, 60))}." for _ in range(chance.randint(2, 6))]
    paragraphs += [
        f"{sentence(chance, language, 6)} {row['name']} {sentence(chance, language, 6)}." for row in about[:3]
    ]
    if as_html:
        links = "".join(f'<li><a href="https://source.example/{name}/">{name}</a></li>' for name in linked)
        return "".join(f"<p>{text}</p>" for text in paragraphs) + (f"<ul>{links}</ul>" if links else "")
    links = [f"See [{sentence(chance, language, 3)}](https://source.example/{name}/)." for name in linked]
    return "\n\n".join(
        [*paragraphs[:2], f"## {sentence(chance, language, 4)}", *paragraphs[2:], *links, *furniture(chance)]
    )


def furniture(chance):
    """What bodies hold besides paragraphs."""
    kinds = [
        "- one\n- two\n  - deeper",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "> quoted",
        "![A map](https://images.example/map.png)",
    ]
    return chance.sample(kinds, chance.randint(0, 2))
