"""What becomes of the database after a test that commits: quickly as if it had been migrated and emptied anew.

Django empties all tables and makes content types, permissions and groups again, which takes longer than many a test.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

# By table, what stands in it after Django's own way, which the first such test goes.
left = {}
djangos_way = TransactionTestCase._fixture_teardown


def install():
    TransactionTestCase._fixture_teardown = empty


def empty(test):
    if left:
        with transaction.atomic():
            put_back([table for table in filled() if not left[table] or rows_of(table) != left[table]])
        return
    djangos_way(test)
    left.update((table, rows_of(table)) for table in connection.introspection.django_table_names(only_existing=True))


def filled():
    """The tables that hold anything, or should."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})" for table in left)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()} | {table for table, rows in left.items() if rows}


def put_back(tables):
    """Foreign keys are looked at when all is done."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {quoted(table)}")
        for table in tables:
            if rows := left[table]:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {quoted(table)} VALUES ({places})", rows)


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quoted(table)} ORDER BY 1")
        return cursor.fetchall()


def quoted(table):
    return connection.ops.quote_name(table)
