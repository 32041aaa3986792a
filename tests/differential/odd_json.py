# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON on which parsers disagree: what Python's json reads inside of texts, what ujson 1.33 reads on sockets."""
import json
import re

BIG = ('9223372036854775807', '9223372036854775808', '-9223372036854775809', '18446744073709551615', '18446744073709551616',
       '9' * 40, '-' + '9' * 25, '1' + '0' * 300)
NUMBERS = BIG + ('NaN', 'Infinity', '-Infinity', '1e400', '-1e400', '1e-400', '-1e-400', '0e999', '1E400', '5e-324', '2e-324',
                 '1.7976931348623157e308', '1.7976931348623159e308', '0.' + '0' * 400 + '1', '1' + '0' * 400 + '.5', '-0', '-0.0',
                 '123456789012345678901234567890.5', '0.30000000000000004', '1e23')
NO_NUMBERS = ('01', '-01', '1.', '1.e5', '.5', '+1', '-', '1e', '1e+', 'nan', 'inf', 'NAN', '-NaN', '+Infinity', '0x1', '1_0', '--1')
TEXTS = ('"\\ud83d"', '"\\ude00"', '"\\ude00\\ud83d"', '"\\ud83d\\u0041"', '"\\ud83d\\ude00"', '"\\u00"', '"\\x41"', '"\t"', '"\x01"', '"\\u0000"', '"\x7f"', "'x'",
         '"\\u+123"', '"\\/"', '"')


def nested(depth, begin='[', end=']'):
    return begin * depth + '1' + end * depth


def text(g, name, is_stored_raw=False):
    """For ATTRIB's raw and for diddocContent. Lone surrogates end the reference when it stores them."""
    how = g.rng.random()
    if how < 0.5:
        value = g.pick(NUMBERS)
    elif how < 0.6:
        value = g.pick(NO_NUMBERS)
    elif how < 0.75:
        value = g.pick(TEXTS[4:] if is_stored_raw else TEXTS)
    elif how < 0.85:
        value = g.pick([nested(g.pick([63, 64, 65, 300, 511, 513, 900])), nested(g.pick([64, 300, 450]), '[{"":', '}]'), nested(1200)])
    else:
        value = g.pick(['[1,]', '{"x":1,}', '[1 2]', '{"x" 1}', '{x:1}', '1 2', '/**/1', '[', '{"x":1', 'tru', 'True', 'None', '\x0b1', '\xa01'])
    shape = g.pick(['{{{n}:{v}}}'] * 6 + ['{{{n}:[{v},{v}]}}', '{{{n}:{{"ha":{v}}}}}', '{{{n}:{v},"b":{v}}}', '{v}', '[{v}]', '\ufeff{{{n}:{v}}}',
                                         '{{"id":{v}}}', '{{{n}:[{{"id":{v}}}]}}', ' {{{n}:{v}}}\n', '{{{v}:1}}', '{{{n}:{v}}}x'])
    return shape.format(n=json.dumps(name), v=value)


def real(g):
    """A fraction of a request: ujson reads many of these as neighbours of what is written."""
    how = g.rng.randrange(6)
    if how == 0:
        return g.pick([0.1, 0.3, 0.7, 1.1, 2.675, 4.35, 1e22, 1e23, 5e-324, 1e-7, 1.7976931348623157e308, 123456789.123456789, -0.0, 1e16, -1e-10])
    if how < 3:
        return round(g.rng.random() * 10 ** g.rng.randrange(-3, 6), g.rng.randrange(1, 12))
    if how == 3:
        return g.rng.random()
    return (g.rng.random() - 0.5) * 10.0 ** g.rng.randrange(-20, 40)


def value(g):
    """For members of requests that take anything."""
    how = g.rng.random()
    if how < 0.6:
        return real(g)
    if how < 0.75:
        return g.pick([2 ** 63 - 1, -2 ** 63, 2 ** 53 + 1, 10 ** 18])
    inner = 1
    for _ in range(g.pick([59, 60, 61, 64, 100, 300, 470])):
        inner = {'a': inner} if how < 0.87 else [inner]
    return inner


def respelt(g, frame):
    """The same or nearly the same frame as only ujson reads it, or as it does not."""
    numbers = [m for m in re.finditer(r'(?<=[:\[, ])-?\d+(?=[,\]} ])', frame)]
    how = g.rng.random()
    if how < 0.5 and numbers:
        number = g.pick(numbers)
        spelling = g.pick(['0{}', '00{}', '{}.', '{}.0', '{}e0', '{}e', '-{}', '+{}', '{}x', '{}.5.'] if g.chance(0.7) else
                          [n for n in BIG] + list(NO_NUMBERS) + ['NaN', 'Infinity'])
        return frame[:number.start()] + spelling.format(number.group()) + frame[number.end():]
    if how < 0.65:
        at = [m.end() for m in re.finditer(r'":\s*"', frame)]
        inside = g.pick(['\\ud800', '\\ud83d\\ude00', '\\ud83dx\\ude00', '\t', '\n', '\x01', '\\/', '\\u0000', '\\u00e9', '\\x41', '\\ud800\\u0041'])
        # Which texts are dates is decided otherwise here (README.md).
        if at and '"schedule"' not in frame and '"datetime"' not in frame:
            place = g.pick(at)
            return frame[:place] + inside + frame[place:]
    if how < 0.85:
        place = g.pick([m.start() for m in re.finditer('[]}]', frame)] or [0])
        return frame[:place] + g.pick([',', ' ,\n', ',,', '\x0b', '\t\r\n ']) + frame[place:]
    return g.pick([' {}', '{} ', '\ufeff{}', '{}x', '{}}}', '[{}]', '{}\x00', '\x00{}', '{},', 'null', '[]', '1', '', '"x"']).format(frame)
