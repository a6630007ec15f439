# SPDX-License-Identifier: GPL-3.0-or-later
"""The accessible tree of one program, read whole in one D-Bus call (org.a11y.atspi.Cache): asking node by node, as
libatspi does, takes seconds for a full window on a busy machine."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# The registry must be there before the first program looks for it.
Atspi.init()
Atspi.get_desktop(0).get_child_count()

ROOT = "/org/a11y/atspi/accessible/root"
ROLES = {}


def role_name(number):
    if number not in ROLES:
        ROLES[number] = Atspi.role_get_name(Atspi.Role(number))
    return ROLES[number]


class Bus:
    """The accessibility bus, and on it the program with a process id."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, -1,
                                    None).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.patience = 60000  # ms for one answer

    def call(self, name, path, interface, method, arguments=None):
        try:
            return self.connection.call_sync(name, path, interface, method, arguments, None, 0, self.patience,
                                             None).unpack()
        except GLib.Error as e:
            if e.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT):
                print(f"# no answer from {name} to {method} of {path} within {self.patience} ms", flush=True)
            raise

    def call_all(self, name, calls):
        """The answers to many calls (path, interface, method, arguments), None for each that failed: they are on their way
        together, for a program that is busy answers many as soon as one."""
        answers = [None] * len(calls)
        left = len(calls)

        def done(connection, result, i):
            nonlocal left
            left -= 1
            try:
                answers[i] = connection.call_finish(result).unpack()
            except GLib.Error:
                pass  # it has just gone

        for i, (path, interface, method, arguments) in enumerate(calls):
            self.connection.call(name, path, interface, method, arguments, None, 0, self.patience, None,
                                 done, i)
        while left > 0:
            GLib.MainContext.default().iteration(True)
        return answers

    def daemon(self, method, argument=None):
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, argument)[0]

    def find(self, pid):
        for name in self.daemon("ListNames"):
            try:
                if name.startswith(":") and self.daemon("GetConnectionUnixProcessID",
                                                        GLib.Variant("(s)", (name,))) == pid:
                    return name
            except GLib.Error:
                continue  # it has just left
        return None


class Box:
    def __init__(self, x, y, width, height):
        self.x, self.y, self.width, self.height = x, y, width, height


class Node:
    """One accessible: what the snapshot says as attributes, what is true now by the get_ methods."""

    def __init__(self, tree, item):
        (_, self.path), _, (_, self.parent_path), self.index, self.count, _, self.name, role, _, states = item
        self.tree = tree
        self.role = role_name(role)
        self.states = states[0] | states[1] << 32 if len(states) > 1 else states[0]
        self.children = []
        self.parent = None

    def __eq__(self, other):
        return isinstance(other, Node) and self.path == other.path

    def __hash__(self):
        return hash(self.path)

    @classmethod
    def bare(cls, tree, path):
        """One that no snapshot has seen yet."""
        return cls(tree, ((None, path), None, (None, None), 0, 0, None, "", 0, "", (0, 0)))

    def call(self, interface, method, arguments=None):
        return self.tree.bus.call(self.tree.name, self.path, "org.a11y.atspi." + interface, method, arguments)

    def get(self, interface, name):
        arguments = GLib.Variant("(ss)", ("org.a11y.atspi." + interface, name))
        return self.tree.bus.call(self.tree.name, self.path, "org.freedesktop.DBus.Properties", "Get", arguments)[0]

    def get_name(self):
        return self.get("Accessible", "Name")

    def get_description(self):
        return self.get("Accessible", "Description")

    def get_current_value(self):
        return self.get("Value", "CurrentValue")

    def get_role_name(self):
        return self.role

    def get_extents(self, kind):
        return Box(*self.call("Component", "GetExtents", GLib.Variant("(u)", (int(kind),)))[0])

    def has_state(self, state):
        states = self.call("Accessible", "GetState")[0]
        return bool((states[0] | states[1] << 32) >> int(state) & 1)

    def had_state(self, state):
        return bool(self.states >> int(state) & 1)

    def walk(self):
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


class Tree:
    """The accessible tree of a program, taken anew with every snapshot()."""

    def __init__(self, bus, name):
        self.bus = bus
        self.name = name

    def snapshot(self, thorough=False):
        """Every accessible by its path. Thorough: also what has just come in the place of something else."""
        nodes = self.read()
        # GTK makes accessibles when somebody asks for them; what has no place on the screen is left as it is.
        shy = [n for n in nodes.values() if n.count > (0 if thorough else len(n.children))]
        new = False
        while shy:
            shy = [n for n, place in zip(shy, self.places(shy)) if place]
            answers = self.bus.call_all(self.name, [(n.path, "org.a11y.atspi.Accessible", "GetChildren", None) for n in shy])
            paths = {path for answer in answers if answer is not None for _, path in answer[0]} - nodes.keys()
            shy = [Node.bare(self, path) for path in paths]
            nodes.update((n.path, n) for n in shy)
            new = new or bool(paths)
        if new:
            nodes = self.read()
        for node in nodes.values():
            node.children.sort(key=lambda n: n.index)
        return nodes

    def boxes(self, nodes):
        """Where they are within their window; None: it has no place of its own, such as a page of a stack."""
        arguments = GLib.Variant("(u)", (int(Atspi.CoordType.WINDOW),))
        answers = self.bus.call_all(self.name, [(n.path, "org.a11y.atspi.Component", "GetExtents", arguments) for n in nodes])
        return [Box(*answer[0]) if answer is not None else None for answer in answers]

    def places(self, nodes):
        """Whether they have a place on the screen. GTK 4.8 sets SHOWING for windows only. The child of a page of a stack
        has the place."""
        return [n.role in ("application", "frame", "dialog") or box is None or (box.width > 0 and box.height > 0)
                for n, box in zip(nodes, self.boxes(nodes))]

    def read(self):
        items = self.bus.call(self.name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")[0]
        nodes = {node.path: node for node in (Node(self, item) for item in items)}
        for node in nodes.values():
            node.parent = nodes.get(node.parent_path)
            if node.parent is not None:
                node.parent.children.append(node)
        return nodes
