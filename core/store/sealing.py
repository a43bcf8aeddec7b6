"""Encrypted database files: DuckDB's own AES-256-GCM over the file, its log and its temporary files.

Source of the format and of its limits: DuckDB's documentation of ATTACH and of its storage.
"""

import hashlib
from pathlib import Path

import duckdb

from core.errors import StoreKey
from core.records import Seal

NAME = "glassbox"
"""Of an encrypted database inside the engine: it is attached to an empty one, which is never written to."""
VARIABLE = "GLASSBOX_KEYS__DATABASE"
_KEYLESS = "without a key"
_INSTALL = "python -c \"import duckdb; duckdb.sql('INSTALL httpfs')\""


def connect(path: Path, seal: Seal | None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open or create a database file; with a seal an encrypted one, which a cursor must choose by `USE`.

    Raises:
        StoreKey: the key is missing, wrong or not wanted, or the cipher is not installed.
        duckdb.Error: what else can go wrong with a file.
    """
    try:
        if seal is None:
            return duckdb.connect(str(path), read_only=read_only)
        connection = duckdb.connect(
            ":memory:", config={"temp_directory": f"{path}.tmp", "autoinstall_known_extensions": "false"}
        )
        try:
            take_cipher(connection, seal)
            attach(connection, path, NAME, seal, read_only)
            connection.execute(f"USE {NAME}")
        except BaseException:
            connection.close()
            raise
        return connection
    except duckdb.Error as err:
        raise key_error(path, err) or err from None  # the statement, and so the key, is in the original


def take_cipher(connection: duckdb.DuckDBPyConnection, seal: Seal) -> None:
    """Load the cipher that a seal asks for; nothing is fetched from a network.

    Raises:
        StoreKey: it is not installed.
    """
    connection.execute("SET GLOBAL temp_file_encryption = true")
    if seal.builtin:
        connection.execute("SET GLOBAL force_mbedtls_unsafe = 'true'")
        return
    try:
        connection.execute("LOAD httpfs")
    except duckdb.Error as err:
        raise StoreKey(
            f"{VARIABLE} is set, but DuckDB's extension httpfs, which brings OpenSSL's cipher, is not installed. Install "
            f"it once with a network ({_INSTALL}), or take the weaker built-in cipher with GLASSBOX_STORE__BUILTIN_CIPHER=true."
        ) from err


def attach(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, seal: Seal | None, read_only: bool = False
) -> None:
    """Open or create a second file inside an open engine, encrypted where there is a seal."""
    options = [f"ENCRYPTION_KEY '{handed(seal)}'"] if seal else []
    options += ["READ_ONLY"] if read_only else []
    words = f" ({', '.join(options)})" if options else ""
    connection.execute(f"ATTACH {_quoted(str(path))} AS {name}{words}")


def handed(seal: Seal) -> str:
    """The key as the engine gets it: 64 hexadecimal digits. Slow to make, so that a short key is slow to guess, and
    plain ASCII: a message about any other would quote it.

    Raises:
        StoreKey: it is empty.
    """
    if not seal.key.strip():
        raise StoreKey(f"{VARIABLE} is empty: set a key, or remove the variable.")
    made = hashlib.scrypt(seal.key.encode(), salt=b"glassbox", n=1 << 14, r=8, p=1, maxmem=64 << 20, dklen=32)
    return made.hex()


def is_sealed(path: Path) -> bool:
    """Whether a file that nobody holds is an encrypted database."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.Error as err:
        return _KEYLESS in str(err)
    return False


def key_error(path: Path, err: duckdb.Error) -> StoreKey | None:
    """The sentence for a key that does not fit; None where something else is wrong."""
    text = str(err)
    if _KEYLESS in text:
        return StoreKey(f"The database {path} is encrypted: set its key in the environment, as {VARIABLE}.")
    if "Wrong encryption key" in text:
        return StoreKey(
            f"The database {path} does not open with the key in {VARIABLE}: set the key that it was encrypted with."
        )
    if "is not encrypted" in text:
        return StoreKey(
            f"The database {path} is not encrypted, but {VARIABLE} is set: encrypt it with `python -m core encrypt`, or "
            "remove the variable."
        )
    return None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
