"""What is exported is whole or not there, on a full disk too, and nothing but a file is replaced by it."""

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import gtxrig
import pytest
from recorded import recorded_run

EXPORTS = {
    "run.h5": lambda run, path: run.to_hdf5(path),
    "run.mf4": lambda run, path: run.to_mdf(path),
    "run.parquet": lambda run, path: run.to_parquet(path),
    "run.html": lambda run, path: run.plot_html(path),
    "can.asc": lambda run, path: run.can.to_asc(path),
    "can.blf": lambda run, path: run.can.to_blf(path),
    "can.log": lambda run, path: run.can.to_candump(path),
}


@pytest.fixture(scope="module")
def run():
    return gtxrig.open_run(recorded_run()[0])


def export_where_no_file_can_grow(record, name, folder):
    """In a process of its own: a library that cannot bear it ends the interpreter."""
    import resource

    run = gtxrig.open_run(record)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        EXPORTS[name](run, os.path.join(folder, name))
    except gtxrig.RigError as error:
        print(json.dumps([error.message, error.where, os.listdir(folder)]))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_that_finds_no_room_is_an_error_that_names_the_path_and_leaves_nothing(tmp_path, name):
    call = [sys.executable, __file__, recorded_run()[0], name, tmp_path]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    message, where, left = json.loads(done.stdout)
    assert os.strerror(errno.EFBIG) in message and where == str(tmp_path / name) and left == []


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_asks_for_a_folder_that_exists(run, tmp_path, name):
    with pytest.raises(gtxrig.RigError, match="give a folder that exists") as failed:
        EXPORTS[name](run, tmp_path / "absent" / name)
    assert failed.value.where == str(tmp_path / "absent" / name) and list(tmp_path.iterdir()) == []


def test_a_pipe_and_a_socket_are_refused_and_stay(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    os.mkfifo("pipe.log")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.log")
        for path in (Path("pipe.log"), Path("socket.log")):
            with pytest.raises(gtxrig.RigError, match="would be replaced by a file"):
                run.can.to_asc(path)
    assert Path("pipe.log").is_fifo() and Path("socket.log").is_socket()
    assert len(list(tmp_path.iterdir())) == 2


def test_of_a_symbolic_link_the_target_is_replaced(run, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere/can.log", tmp_path / "link.log"
    target.write_text("before")
    link.symlink_to(target)
    run.can.to_candump(link)
    assert link.is_symlink() and target.read_text().startswith("(")
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(gtxrig.RigError, match="cannot write"):
        run.can.to_candump(link)


if __name__ == "__main__":
    export_where_no_file_can_grow(*sys.argv[1:])
