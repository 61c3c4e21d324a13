"""The rows that every copy repeats, set apart once: which they are, and what in them will change.

A reference that stays with the house is written negative, and a private-use character stands wherever a copy's
suffix will: filling in a copy is then one plain expression per column.
"""

from typing import Any

from django.apps import apps

from omc.bench.catalog import ANCHORS, LOOSE, NICKNAMES, Catalog, Table

SCHEMA = "bench"
MARK = "\ue000"  # no text of a business has it
SUFFIX = 5  # characters: -00a7
_NUMBER = r"\m([A-Z]{2,3}-([0-9]{4}-)?[0-9]{6})\M"  # SO-000042, INV-2026-000042
# What a search should find once and not a thousand times, although nothing demands that it differs.
NAMED_APART = {("orders_customer", "name"), ("orders_product", "name"), ("orders_product", "barcode")}


def build(cursor: Any, catalog: Catalog) -> None:
    """Fill the schema ``bench`` with the rows to repeat."""
    cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    for name in catalog.cloned:
        table = catalog.tables[name]
        cursor.execute(
            f'CREATE TABLE {SCHEMA}."{name}" AS SELECT * FROM public."{name}" t WHERE {_repeats(catalog, table)}'
        )
        cursor.execute(f'CREATE INDEX ON {SCHEMA}."{name}" ("{table.primary}")')
        cursor.execute(f'ANALYZE {SCHEMA}."{name}"')
    for name in catalog.cloned:
        _keep_with_the_house(cursor, catalog, catalog.tables[name])
    for name in catalog.cloned:
        _mark(cursor, catalog, catalog.tables[name])
    _mark_search(cursor, catalog)
    cursor.execute(f"CREATE INDEX ON {SCHEMA}.orders_eventline (event_id)")


def _repeats(catalog: Catalog, table: Table) -> str:
    """Which rows a copy repeats: documents, whom and what they name, and whatever belongs to something repeated."""
    if table.is_subject:
        return "true"
    if table.name in ANCHORS:
        return _named(catalog, table)
    ways = [
        _exists(parent, catalog.tables[parent].primary, f't."{column}"')
        for column, parent in table.parents.items()
        if parent in catalog.cloned and parent != table.name
    ]
    for column, kind in table.loose().items():
        if column in ("subject_id", "object_id", "row_id"):
            ways.append(f"({_loose(catalog, table, column, kind)})")
    return " AND ".join(f"({condition})" for condition in [" OR ".join(ways), *_differing(catalog, table)])


def _differing(catalog: Catalog, table: Table) -> list[str]:
    """Of each unique key a column must lead to something repeated: an item's row in the one file of the house does not."""
    conditions = []
    for unique in table.uniques:
        leads = []
        for column in sorted(unique & _shifted(catalog, table) & set(table.parents)):
            parent, value = table.parents[column], f't."{column}"'
            if parent != table.name:
                leads.append(f"{value} IS NULL OR {_exists(parent, catalog.tables[parent].primary, value)}")
        if leads:
            conditions.append(" OR ".join(leads))
    return conditions


def _named(catalog: Catalog, table: Table) -> str:
    """Whether a document names this customer or item; the others would only make every copy larger."""
    subjects = {name for name in catalog.cloned if catalog.tables[name].is_subject}
    documents = {name for name in catalog.cloned if subjects & set(catalog.tables[name].parents.values())} | subjects
    ways = []
    for name in catalog.cloned:
        parents = catalog.tables[name].parents
        through = [column for column, parent in parents.items() if parent in documents - {table.name}]
        is_one = "true" if name in subjects else " OR ".join(f'x."{column}" IS NOT NULL' for column in through)
        ways += [
            f'EXISTS (SELECT FROM public."{name}" x WHERE x."{column}" = t."{table.primary}" AND ({is_one}))'
            for column, parent in parents.items()
            if parent == table.name and is_one
        ]
    return " OR ".join(ways)


def _exists(parent: str, key: str, value: str) -> str:
    return f'EXISTS (SELECT FROM {SCHEMA}."{parent}" p WHERE p."{key}" = {value})'


def _loose(catalog: Catalog, table: Table, column: str, kind: str) -> str:
    """Whether the row that a column names without a foreign key is one that a copy repeats."""
    value = f't."{column}"'
    if kind.startswith("="):
        return _exists(kind[1:], catalog.tables[kind[1:]].primary, value)
    cases = []
    for word, target in _words(catalog).items():
        cases.append(f"WHEN '{word}' THEN {_exists(target, catalog.tables[target].primary, value)}")
    return f'CASE t."{kind}" {" ".join(cases)} ELSE false END'


def _words(catalog: Catalog) -> dict[str, str]:
    """Every word that may stand for a repeated table in ``subject_type`` and its like."""
    named = {*ANCHORS, *NICKNAMES.values()}
    targets = {name for name in catalog.cloned if catalog.tables[name].is_subject or name in named}
    words = {str(model._meta.model_name): model._meta.db_table for model in apps.get_models()}
    words |= {name: name for name in targets} | NICKNAMES
    return {word: table for word, table in words.items() if table in targets}


def _keep_with_the_house(cursor: Any, catalog: Catalog, table: Table) -> None:
    """References to rows that are not repeated become negative."""
    tests = {
        column: _exists(parent, catalog.tables[parent].primary, f't."{column}"')
        for column, parent in table.parents.items()
        if parent in catalog.cloned
    }
    tests |= {column: _loose(catalog, table, column, kind) for column, kind in table.loose().items()}
    for column, test in tests.items():
        cursor.execute(
            f'UPDATE {SCHEMA}."{table.name}" t SET "{column}" = -"{column}" WHERE "{column}" > 0 AND NOT ({test})'
        )


def _mark(cursor: Any, catalog: Catalog, table: Table) -> None:
    """Put the mark behind every business key of this table and every document number in its texts."""
    marked = []
    for column, kind in table.columns.items():
        value, longest = f'"{column}"', table.longest.get(column)
        if kind in ("character varying", "text"):
            if _is_business_key(catalog, table, column):
                marked.append(
                    f"{value} = CASE {value} WHEN '' THEN '' ELSE {_shortened(value, longest)} || '{MARK}' END"
                )
            elif (table.name, column) in NAMED_APART:
                named = _shortened(value, longest and longest - 1)
                marked.append(f"{value} = CASE WHEN {value} <> '' THEN {named} || ' {MARK}' ELSE '' END")
            elif column not in LOOSE.values() and column not in ("event_hash", "hash", "key"):
                numbered = f"regexp_replace({value}, '{_NUMBER}', '\\1{MARK}', 'g')"
                marked.append(f"{value} = {_if_it_fits(numbered, value, longest)}")
        elif kind == "jsonb":
            marked.append(f"{value} = regexp_replace({value}::text, '{_NUMBER}', '\\1{MARK}', 'g')::jsonb")
    if marked:
        cursor.execute(f'UPDATE {SCHEMA}."{table.name}" SET {", ".join(marked)}')


def _shortened(value: str, longest: int | None) -> str:
    """The end of a key, where keys differ, so that a suffix fits behind it: a digest fills its column to the brim."""
    return f"right({value}, {longest - SUFFIX})" if longest else value


def _if_it_fits(marked: str, value: str, longest: int | None) -> str:
    """A text that would outgrow its column with its suffixes stays as it is."""
    if longest is None:
        return marked
    return (
        f"CASE WHEN length(replace({marked}, '{MARK}', '{'-' * SUFFIX}')) <= {longest} THEN {marked} ELSE {value} END"
    )


def _is_business_key(catalog: Catalog, table: Table, column: str) -> bool:
    """In a unique key that nothing else makes different for each copy."""
    return any(column in unique and not unique & _shifted(catalog, table) for unique in table.uniques)


def _shifted(catalog: Catalog, table: Table) -> set[str]:
    """References that lead each copy to rows of its own."""
    shifted = {name for name, parent in table.parents.items() if parent in catalog.cloned} | set(table.loose())
    return shifted - {"customer_id"}  # an alias of the house's own has none


def _mark_search(cursor: Any, catalog: Catalog) -> None:
    """Search entries name codes of every shape: mark each word that is somebody's business key."""
    keys = [
        f'SELECT lower(rtrim("{column}", \'{MARK}\')) AS key FROM {SCHEMA}."{name}" WHERE "{column}" IS NOT NULL'
        for name in catalog.cloned
        for column, kind in catalog.tables[name].columns.items()
        if kind == "character varying"
        and name != "orders_message"
        and _is_business_key(catalog, catalog.tables[name], column)
    ]
    cursor.execute(
        f"CREATE TABLE {SCHEMA}.business_key AS SELECT DISTINCT key FROM ({' UNION ALL '.join(keys)}) k;"
        f"CREATE INDEX ON {SCHEMA}.business_key (key)"
    )
    for column in ("title", "text"):
        cursor.execute(
            f"""
            UPDATE {SCHEMA}.orders_searchentry s SET {column} = (
                SELECT string_agg(CASE WHEN k.key IS NULL THEN word ELSE rtrim(word, '{MARK}') || '{MARK}' END,
                    ' ' ORDER BY n)
                FROM regexp_split_to_table(s.{column}, ' ') WITH ORDINALITY AS w(word, n)
                LEFT JOIN {SCHEMA}.business_key k ON k.key = lower(rtrim(word, '{MARK}')))
            WHERE {column} <> ''
            """
        )
    cursor.execute(
        f"UPDATE {SCHEMA}.orders_searchentry SET title = title || ' {MARK}'"
        " WHERE kind IN ('customer', 'item') AND title NOT LIKE %s",
        [f"%{MARK}%"],
    )
