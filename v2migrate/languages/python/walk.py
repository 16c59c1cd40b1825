"""The one walk that fills a `Module`: iterative, so that deep nesting is no problem. Evaluates nothing."""

from __future__ import annotations

from v2migrate.languages.python import parts, tree
from v2migrate.languages.python.scopes import Binding, Class, Function, Module, Parameter, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_TARGETS = frozenset(
    {
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "tuple",
        "list",
        "expression_list",
        "parenthesized_expression",
        "as_pattern_target",
        "list_splat_pattern",
    }
)
_PYTHON2 = frozenset({"print_statement", "exec_statement"})


class Walk:
    """Walks one module once."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.stack: list[tuple[Node, Scope]] = []
        self.faulty = module.root.has_error

    def run(self) -> None:
        """Fill the module."""
        self.push(self.module.root, self.module.scope, None)
        self.drain()
        self.order()

    def run_partly(self) -> None:
        """Fill the module without the functions and classes that cannot have to do with an API."""
        module, root = self.module, self.module.root
        statements = [node for node in root.named_children if node.type != "comment"]
        definitions = [node for node in statements if node.type in parts.DEFINITIONS]
        if self.faulty or not definitions:
            return self.run()
        others = [node for node in statements if node.type not in parts.DEFINITIONS]
        for node in statements:
            module._parents[node.id] = root
        self.stack = [(node, module.scope) for node in reversed(others)]
        self.drain()
        chosen = parts.needed(module, definitions, others)
        module.partial = len(chosen) < len(definitions)
        self.stack = [(node, module.scope) for node in reversed(chosen)]
        self.drain()
        # As if all had been walked from top to bottom.
        for bindings in module.scope.bindings.values():
            bindings.sort(key=lambda b: b.node.start_byte)
        for nodes in (module.strings, module.imports, *module.attributes.values()):
            nodes.sort(key=lambda n: n.start_byte)
        module.classes.sort(key=lambda c: c.node.start_byte)
        module.scope.children.sort(key=lambda s: s.node.start_byte)
        self.order()

    def drain(self) -> None:
        """Walk all that is on the stack."""
        while self.stack:
            node, scope = self.stack.pop()
            kind = node.type
            handler = _HANDLERS.get(kind)
            if handler is not None:
                handler(self, node, scope)
            elif kind == "identifier":
                scope.own_reads.setdefault(self.module.text(node), []).append(node)
            else:
                if kind in _PYTHON2:
                    self.module.python2 = True
                elif kind == "ERROR":
                    self.module.errors.append(self.module.span(node))
                self.children(node, scope)

    def order(self) -> None:
        """Put in text order what was found in another one."""
        for reads in self.module.scope.own_reads.values():
            reads.sort(key=lambda n: n.start_byte)
        self.module.calls.sort(key=lambda n: (n.start_byte, -n.end_byte))
        self.module.functions.sort(key=lambda f: f.node.start_byte)

    def push(self, node: Node | None, scope: Scope, parent: Node | None) -> None:
        """Put `node` on the stack, its parent noted."""
        if node is not None:
            if parent is not None:
                self.module._parents[node.id] = parent
            self.stack.append((node, scope))

    def children(self, node: Node, scope: Scope, *, but: tuple[Node | None, ...] = ()) -> None:
        """Go on with the named children, in text order."""
        skip = {n.id for n in but if n is not None} if but else ()
        parents, stack = self.module._parents, self.stack
        for child in reversed(node.named_children):
            name = child.id
            parents[name] = node
            if name not in skip and child.type != "comment":
                stack.append((child, scope))
            if self.faulty and child.is_missing:
                self.module.errors.append(self.module.span(child))

    def bind(self, target: Node, scope: Scope, kind: str, value: Node | None, statement: Node) -> None:
        """Bind the names in an assignment's target; attributes of self go to the class, the rest is read."""
        todo: list[tuple[Node, tuple[int, ...], Node | None]] = [(target, (), value)]
        while todo:
            node, path, source = todo.pop()
            if node.type == "identifier":
                self.add(Binding(self.module.text(node), kind, node, scope, source, path, statement))
            elif node.type in _TARGETS:
                parts = tree.named(node)
                for child in parts:
                    self.module._parents[child.id] = node
                starred = any(c.type == "list_splat_pattern" for c in parts)
                flat = node.type in ("parenthesized_expression", "as_pattern_target") and len(parts) == 1
                for i, child in reversed(list(enumerate(parts))):
                    if node.type == "list_splat_pattern" or starred:
                        todo.append((child, path, None))
                    else:
                        todo.append((child, path if flat else (*path, i), source))
            else:
                if node.type == "attribute":
                    self.attribute(node, scope, kind, source, path, statement)
                self.stack.append((node, scope))

    def attribute(
        self, node: Node, scope: Scope, kind: str, value: Node | None, path: tuple[int, ...], statement: Node
    ) -> None:
        """Note `self.x = …` (or `Class.x = …`) with the class."""
        receiver, name = tree.field(node, "object"), tree.field(node, "attribute")
        function = scope.enclosing()
        if receiver is None or name is None or receiver.type != "identifier":
            return
        cls = function.cls if function is not None else None
        text = self.module.text(receiver)
        if (
            cls is not None
            and function is not None
            and (text == cls.name or (function.parameters and text == function.parameters[0].name))
        ):
            key = self.module.text(name)
            cls.instance.setdefault(key, []).append(Binding(key, kind, name, scope, value, path, statement))

    def add(self, binding: Binding) -> None:
        """Note a binding in the scope that its name belongs to."""
        scope = binding.scope
        if binding.name in scope.outside:
            owner = scope.owner(binding.name)
            (owner or self.module.scope).bindings.setdefault(binding.name, []).append(binding)
            return
        scope.bindings.setdefault(binding.name, []).append(binding)

    # --- statements ---

    def assignment(self, node: Node, scope: Scope) -> None:
        left, right = tree.field(node, "left"), tree.field(node, "right")
        annotation = tree.field(node, "type")
        for part in (right, annotation):
            self.push(part, scope, node)
        if left is not None:
            self.module._parents[left.id] = node
            value = right
            while value is not None and value.type == "assignment":
                value = tree.field(value, "right")
            self.bind(left, scope, "annotate" if right is None else "assign", value, node)

    def augmented(self, node: Node, scope: Scope) -> None:
        left, right = tree.field(node, "left"), tree.field(node, "right")
        self.push(right, scope, node)
        if left is not None:
            self.module._parents[left.id] = node
            sign = tree.field(node, "operator")
            kind = "augment" if sign is not None and sign.type == "+=" else "other"
            self.bind(left, scope, kind, right if kind == "augment" else None, node)
            if left.type == "identifier":
                scope.own_reads.setdefault(self.module.text(left), []).append(left)

    def named_expression(self, node: Node, scope: Scope) -> None:
        name, value = tree.field(node, "name"), tree.field(node, "value")
        self.push(value, scope, node)
        if name is not None:
            self.module._parents[name.id] = node
            home = scope
            while home.kind == "comprehension" and home.parent is not None:
                home = home.parent
            self.bind(name, home, "assign", value, node)

    def for_statement(self, node: Node, scope: Scope) -> None:
        left, right = tree.field(node, "left"), tree.field(node, "right")
        self.children(node, scope, but=(left,))
        if left is not None:
            self.bind(left, scope, "for", right, node)

    def as_pattern(self, node: Node, scope: Scope) -> None:
        alias = tree.field(node, "alias")
        self.children(node, scope, but=(alias,))
        if alias is not None:
            parent = self.module.parent(node)
            kind = "with" if parent is not None and parent.type == "with_item" else "except"
            parts = tree.named(node)
            self.bind(alias, scope, kind, parts[0] if kind == "with" and parts else None, node)

    def delete(self, node: Node, scope: Scope) -> None:
        self.children(node, scope)
        for target in tree.named(node):
            if target.type == "identifier":
                self.add(Binding(self.module.text(target), "delete", target, scope, None, (), node))

    def outside(self, node: Node, scope: Scope) -> None:
        for name in tree.named(node):
            if node.type == "global_statement":
                scope.outside.add(self.module.text(name))

    def import_statement(self, node: Node, scope: Scope) -> None:
        self.module.imports.append(node)
        for child in tree.named(node):
            alias = tree.field(child, "alias") if child.type == "aliased_import" else None
            dotted = tree.field(child, "name") if child.type == "aliased_import" else child
            if dotted is None:
                continue
            full = self.module.text(dotted).replace(" ", "")
            name = self.module.text(alias) if alias is not None else full.split(".")[0]
            bound = full if alias is not None else name
            self.add(Binding(name, "import", child, scope, None, (), node, None, (0, bound, "")))

    def import_from(self, node: Node, scope: Scope) -> None:
        self.module.imports.append(node)
        source = tree.field(node, "module_name")
        if source is None:
            return
        text = self.module.text(source).replace(" ", "")
        level = len(text) - len(text.lstrip("."))
        for child in tree.named(node):
            if child.id == source.id:
                continue
            if child.type == "wildcard_import":
                self.module.stars.append((level, text[level:]))
                continue
            alias = tree.field(child, "alias") if child.type == "aliased_import" else None
            dotted = tree.field(child, "name") if child.type == "aliased_import" else child
            if dotted is None:
                continue
            symbol = self.module.text(dotted)
            name = self.module.text(alias) if alias is not None else symbol
            self.add(Binding(name, "import", child, scope, None, (), node, None, (level, text[level:], symbol)))

    # --- definitions ---

    def function(self, node: Node, scope: Scope) -> None:
        name_node, body = tree.field(node, "name"), tree.field(node, "body")
        name = self.module.text(name_node) if name_node is not None else "lambda"
        inner = Scope("lambda" if name_node is None else "function", node, self.module, scope, name)
        scope.children.append(inner)
        function = Function(name, node, inner, self.module, scope.cls if scope.kind == "class" else None)
        inner.function = function
        function.decorators = self.decorators(node)
        if function.cls is not None:
            function.cls.methods.setdefault(name, []).append(function)
        self.module.functions.append(function)
        if name_node is not None:
            self.module._parents[name_node.id] = node
            self.add(Binding(name, "def", name_node, scope, None, (), node, function))
        parameters = tree.field(node, "parameters")
        self.push(tree.field(node, "return_type"), scope, node)
        if body is not None:
            self.module._scopes[body.id] = inner
            self.push(body, inner, node)
            if name_node is None:
                function.returns.append(body)
        if parameters is not None:
            self.module._parents[parameters.id] = node
            self.parameters(parameters, scope, inner, function)

    def parameters(self, node: Node, outer: Scope, inner: Scope, function: Function) -> None:
        starred = False
        for child in tree.named(node):
            self.module._parents[child.id] = node
            kind, name_node = "keyword" if starred else "plain", child
            default, annotation = tree.field(child, "value"), tree.field(child, "type")
            if child.type in ("default_parameter", "typed_default_parameter"):
                name_node = tree.field(child, "name") or child
            elif child.type == "typed_parameter":
                name_node = tree.named(child)[0]
            if child.type == "keyword_separator":
                starred = True
                continue
            if name_node.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                kind = "args" if name_node.type == "list_splat_pattern" else "kwargs"
                starred = True
                parts = tree.named(name_node)
                if not parts:
                    continue
                name_node = parts[0]
            if name_node.type != "identifier":
                continue
            if name_node.id != child.id:
                self.module._parents[name_node.id] = child
            for part in (default, annotation):
                self.push(part, outer, child)
            parameter = Parameter(self.module.text(name_node), kind, name_node, default, annotation)
            function.parameters.append(parameter)
            self.add(Binding(parameter.name, "param", name_node, inner, default, (), child, parameter))

    def class_definition(self, node: Node, scope: Scope) -> None:
        name_node, body = tree.field(node, "name"), tree.field(node, "body")
        if name_node is None or body is None:
            self.children(node, scope)
            return
        name = self.module.text(name_node)
        inner = Scope("class", node, self.module, scope, name)
        scope.children.append(inner)
        cls = Class(name, node, inner, self.module)
        inner.cls = cls
        cls.decorators = self.decorators(node)
        bases = tree.field(node, "superclasses")
        if bases is not None:
            cls.bases = [b for b in tree.named(bases) if b.type in ("identifier", "attribute", "subscript", "call")]
            self.push(bases, scope, node)
        self.module.classes.append(cls)
        self.module._parents[name_node.id] = node
        self.add(Binding(name, "class", name_node, scope, None, (), node, cls))
        self.module._scopes[body.id] = inner
        self.push(body, inner, node)

    def decorators(self, node: Node) -> list[str]:
        parent = self.module.parent(node)
        if parent is None or parent.type != "decorated_definition":
            return []
        return [self.module.text(d)[1:].strip() for d in parent.named_children if d.type == "decorator"]

    # --- expressions ---

    def comprehension(self, node: Node, scope: Scope) -> None:
        inner = Scope("comprehension", node, self.module, scope)
        scope.children.append(inner)
        self.module._scopes[node.id] = inner
        clauses = [c for c in node.named_children if c.type == "for_in_clause"]
        for child in reversed(node.named_children):
            self.module._parents[child.id] = node
            if child.type != "for_in_clause":
                self.stack.append((child, inner))
                continue
            left, right = tree.field(child, "left"), tree.field(child, "right")
            first = child.id == clauses[0].id
            if right is not None and first:
                self.module._scopes[right.id] = scope
            self.push(right, scope if first else inner, child)
            if left is not None:
                self.module._parents[left.id] = child
                self.bind(left, inner, "for", right, child)

    def attribute_read(self, node: Node, scope: Scope) -> None:
        name = tree.field(node, "attribute")
        if name is not None:
            self.module._parents[name.id] = node
            self.module.attributes.setdefault(self.module.text(name), []).append(node)
        self.push(tree.field(node, "object"), scope, node)

    def keyword_argument(self, node: Node, scope: Scope) -> None:
        name = tree.field(node, "name")
        if name is not None:
            self.module._parents[name.id] = node
        self.push(tree.field(node, "value"), scope, node)

    def call(self, node: Node, scope: Scope) -> None:
        self.module.calls.append(node)
        function = scope.enclosing()
        if function is not None:
            function.calls.append(node)
        self.children(node, scope)

    def string(self, node: Node, scope: Scope) -> None:
        self.module.strings.append(node)
        self.children(node, scope)

    def returned(self, node: Node, scope: Scope) -> None:
        function = scope.enclosing()
        if function is not None:
            value = tree.named(node)
            if node.type == "return_statement" and value:
                function.returns.append(value[0])
            elif node.type == "yield":
                function.generator = True
        self.children(node, scope)


_HANDLERS = {
    "assignment": Walk.assignment,
    "augmented_assignment": Walk.augmented,
    "named_expression": Walk.named_expression,
    "for_statement": Walk.for_statement,
    "as_pattern": Walk.as_pattern,
    "delete_statement": Walk.delete,
    "global_statement": Walk.outside,
    "nonlocal_statement": Walk.outside,
    "import_statement": Walk.import_statement,
    "import_from_statement": Walk.import_from,
    "function_definition": Walk.function,
    "lambda": Walk.function,
    "class_definition": Walk.class_definition,
    "list_comprehension": Walk.comprehension,
    "dictionary_comprehension": Walk.comprehension,
    "set_comprehension": Walk.comprehension,
    "generator_expression": Walk.comprehension,
    "attribute": Walk.attribute_read,
    "keyword_argument": Walk.keyword_argument,
    "call": Walk.call,
    "string": Walk.string,
    "return_statement": Walk.returned,
    "yield": Walk.returned,
}
