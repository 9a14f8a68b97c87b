#!/usr/bin/env python3
"""A session in Python, with the standard library and numpy: a cable of FitzHugh-Nagumo cells and a slider.

    python3 examples/python_session.py --listen 127.0.0.1:4610 --token "open sesame"

waits for viewers, such as any example with --connect 127.0.0.1:4610. Started by a viewer as a child process, it
finds its viewer in the environment. docs/protocol.md describes every byte of this.
"""
import argparse, json, os, queue, secrets, socket, struct, threading, time
import numpy as np

MAGIC, VERSION, SESSION, VIEWER = b"CNVLINK\n", 1, 1, 2
UPDATE, COMMAND, START, PULSE, END = 1, 2, 3, 4, 5
TYPES = {"|u1": 1, "<i4": 2, "<u4": 3, "<i8": 4, "<f4": 5, "<f8": 6}


def frame(kind, content=b""):
    return struct.pack("<IB3x", len(content), kind) + content


def update(**what):
    """An update as a frame: every numpy array in it goes beside the JSON."""
    arrays = []

    def place(array):
        values = np.ascontiguousarray(array).tobytes()
        arrays.append(struct.pack("<B7xQ", TYPES[array.dtype.str], array.size) + values + bytes(-len(values) % 8))
        return {"array": len(arrays) - 1}

    text = json.dumps(what, default=place).encode()
    return frame(UPDATE, struct.pack("<BBHIQ", 1, 1, 0, len(arrays), len(text)) + b"".join(arrays) + text)


def exactly(stream, count):
    data = stream.recv(count, socket.MSG_WAITALL)
    if len(data) < count:
        raise ConnectionError("the viewer has gone")
    return data


def greeting(code, text):
    return MAGIC + struct.pack("<IBBH", VERSION, code, 0, len(text)) + text


def read_greeting(stream):
    magic, version, code, _, length = struct.unpack("<8sIBBH", exactly(stream, 16))
    return (magic, version), code, exactly(stream, length) if length else b""


def welcome(stream, token):
    """Answers the greeting of a viewer: 0 is a welcome."""
    stream.settimeout(5)
    speaks, role, said = read_greeting(stream)
    code = 2 if speaks != (MAGIC, VERSION) else 1 if not secrets.compare_digest(said, token) else 3 * (role != VIEWER)
    stream.sendall(greeting(code, b""))
    stream.settimeout(None)
    if code:
        raise ConnectionError(f"a viewer was turned away ({code})")


def hear(stream, commands):
    """Reads frames until the viewer has gone, which is told by a None."""
    try:
        while True:
            length, kind = struct.unpack("<IB3x", exactly(stream, 8))
            content = exactly(stream, length) if length else b""
            if kind == COMMAND:
                commands.put(json.loads(content[-struct.unpack_from("<Q", content, 8)[0]:]))
            elif kind == START:
                commands.put("start")
    except OSError:
        commands.put(None)


class Cable:
    """Excitable cells in a row; a current into the first of them makes waves."""

    def __init__(self):
        self.v, self.w, self.t_ms = np.full(200, -1.2), np.full(200, -0.6), 0.0
        self.current, self.paused = 0.5, False

    def step(self, dt_ms=0.05):
        v, w = self.v, self.w
        dv = v - v**3 / 3 - w + 2 * (np.r_[v[0], v[:-1]] - 2 * v + np.r_[v[1:], v[-1]])
        dv[:3] += self.current
        self.v, self.w, self.t_ms = v + dt_ms * dv, w + dt_ms * 0.08 * (v + 0.7 - 0.8 * w), self.t_ms + dt_ms
        return self.t_ms, self.v[-1]

    def scene(self):
        field = lambda name, dim, coord, values: {
            "id": name, "coords": {dim: {"numbers": coord}}, "shape": [len(values)], "values": values.astype("f4")}
        plot = lambda name, dim: {"line_plot": {
            "id": name, "source": {"field": name}, "x_dim": dim, "y": {"min": -2.5, "max": 2.5}}}
        slider = {"id": "current", "label": "Current", "kind": {"scalar": {"default": 0.5, "min": 0.0, "max": 1.0}}}
        trace = field("trace", "time", np.array([self.t_ms]), self.v[-1:])
        return {"fields": {"v": field("v", "cell", np.arange(200.0), self.v), "trace": trace},
                "views": {"v": plot("v", "cell"), "trace": plot("trace", "time")},
                "controls": {"current": slider}, "state": {"current": {"float": self.current}}}

    def obey(self, command):
        if command in ("pause", "resume"):
            self.paused = command == "pause"
        elif isinstance(command, dict) and command.get("set_control", {}).get("control") == "current":
            self.current, = command["set_control"]["value"].values()  # a float or an int
        return command not in (None, "stop")

    def show(self, stream):
        """Runs and shows until the viewer has gone or wants an end."""
        commands, array = queue.Queue(), lambda values: {"shape": [len(values)], "values": np.array(values, "f4")}
        threading.Thread(target=hear, args=(stream, commands), daemon=True).start()
        for command in iter(commands.get, "start"):  # what shall be so before the first step, and is seen in the scene
            if not self.obey(command):
                return
        stream.sendall(update(scene_ready=self.scene()))
        while True:
            while not commands.empty():
                if not self.obey(commands.get()):
                    return
            if not self.paused:
                times, trace = zip(*(self.step() for _ in range(20)))
                stream.sendall(update(field_append={"field": "trace", "dim": "time", "values": array(trace),
                                                    "coord": np.array(times), "max_length": 4000}))
                stream.sendall(update(field_replace={"field": "v", "values": array(self.v)}))
            stream.sendall(update(status={
                "phase": "paused" if self.paused else "running", "time_ms": self.t_ms, "steps": round(self.t_ms / 0.05),
                "ms_per_second": 0.0 if self.paused else 40.0, "pace": "unlimited", "capabilities": dict.fromkeys(
                    ["reset", "seek", "looping", "snapshot"], False) | {"advance": True}}))
            stream.sendall(frame(PULSE, bytes(16)))
            time.sleep(0.025)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--listen", default="127.0.0.1:4610", metavar="HOST:PORT")
    options.add_argument("--token", default=os.environ.get("COMPNEUROVIS_TOKEN") or secrets.token_hex(16))
    options, cable, parent = options.parse_args(), Cable(), os.environ.get("COMPNEUROVIS_SESSION_ADDRESS")
    if parent:
        host, port = parent.rsplit(":", 1)
        stream = socket.create_connection((host, int(port)))
        stream.sendall(greeting(SESSION, os.environ["COMPNEUROVIS_SESSION_TOKEN"].encode()))
        if read_greeting(stream)[:2] != ((MAGIC, VERSION), 0):
            raise SystemExit("the viewer refuses")
        cable.show(stream)
        return stream.sendall(frame(END))
    host, port = options.listen.rsplit(":", 1)
    listener = socket.create_server((host, int(port)))
    print(f"waiting for viewers at {host}:{listener.getsockname()[1]}, token {options.token}", flush=True)
    while True:
        stream, _ = listener.accept()
        try:
            welcome(stream, options.token.encode())
            cable.show(stream)
        except OSError as error:
            print(error, flush=True)
        stream.close()


if __name__ == "__main__":
    main()
