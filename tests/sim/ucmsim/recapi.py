"""recapi: the recordings that records name, and others that are put there."""

import io
import re
import wave
from collections import defaultdict


def wav(seconds=0.1):
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * int(8_000 * seconds))
    return made.getvalue()


class Recordings:
    """`files`: {folder: {name: bytes}}; names in recordfiles of a record exist without being put there, all alike.
    `sizes`: whether a listing tells them."""

    def __init__(self, store, folders=("monitor", "meetme", "queue", "voicemail/default"), sizes=False):
        self.store, self.files, self.sizes, self.sound = store, defaultdict(dict), sizes, wav()
        for folder in folders:
            self.files[folder] = {}

    def put(self, folder, name, data=None):
        self.files[folder][name] = self.sound if data is None else data

    def listed(self, folder):
        """{name: bytes}"""
        found = dict(self.files.get(folder, {}))
        top, _, month = folder.partition("/")
        if top == "monitor":
            found.update({name: self.sound for m, name in self._recorded() if month in ("", m)})
        return found

    def one(self, folder, name):
        return self.listed(folder).get(name)

    def _recorded(self):
        for _, legs in self.store.between():
            for leg in legs:
                for path in re.split("[@,;]", leg.get("recordfiles", "")):
                    if path:
                        month, _, name = path.rpartition("/")
                        yield month, name

    def folders_csv(self):
        return "directory\n" + "".join(folder + "\n" for folder in self.files)

    def files_csv(self, folders):
        rows = ["directory,filename" + (",size" if self.sizes else "")]
        for folder in folders.split("@"):
            for name, data in sorted(self.listed(folder).items()):
                rows.append(f"{folder},{name}" + (f",{len(data)}" if self.sizes else ""))
        return "".join(row + "\n" for row in rows)
