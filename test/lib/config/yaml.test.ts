import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config/config.ts';
import { collector, file, loadPolicy } from '../../support/forwarder-file.ts';
import { refused } from './read.ts';

describe('a file that is not the YAML it should be', () => {
  refused(
    ['is empty', '', [' The file is empty: copy forwarder.example.yaml and fill it in.']],
    ['holds comments only', '# later\n', [' The file is empty: copy forwarder.example.yaml and fill it in.']],
    ['is a list', '- a\n', ['1: Expected a mapping of keys, found a list: begin with elasticsearch: and clusters:.']],
    [
      'is one text',
      'hello\n',
      ['1: Expected a mapping of keys, found "hello": begin with elasticsearch: and clusters:.'],
    ],
    [
      'leaves a bracket open',
      'elasticsearch: [\nclusters: []\n',
      [
        '2: The indentation does not fit the lines above, or a bracket is not closed: put keys of one level under each other.',
      ],
    ],
    [
      'is indented by tabs',
      'elasticsearch:\n\turl: https://es.example\nclusters:\n\t- name: prod\n',
      [
        '2: A tab indents this line, which YAML does not allow: use spaces.',
        '4: A tab indents this line, which YAML does not allow: use spaces.',
      ],
    ],
    [
      'has a value that opens with a reserved character',
      file({ cluster: 'name: @prod' }),
      ['7: A value cannot begin with this character: put the value in quotes.'],
    ],
    [
      'has an alias without an anchor',
      file({ cluster: 'name: *prod' }),
      ['7: This alias (*…) names no anchor (&…) above it, or one that itself holds aliases: write the value itself.'],
    ],
    [
      'nests aliases',
      'a: &a [x]\nb: &b [*a]\nc: *b\n',
      ['3: This alias (*…) names no anchor (&…) above it, or one that itself holds aliases: write the value itself.'],
    ],
    [
      'is a template',
      file({ url: 'url: {{ address }}' }),
      ['2: A key must be a plain word; templates ({{ … }}) are not filled in here.'],
    ],
    [
      'merges what is no mapping',
      `<<: all\n${file()}`,
      ['1: A merge key (<<) needs an alias of a mapping: write the keys themselves.'],
    ],
    [
      'has a tag of CloudFormation',
      file({ elasticsearch: 'secret: !Ref Secret' }),
      ['3: A tag (a word that begins with "!") is not known here: write the value itself.'],
    ],
    [
      'has a key twice',
      file({ elasticsearch: 'url: https://other.example' }),
      ['3: The key "url" is here a second time: keep one of the two.'],
    ],
    [
      'holds two forwarders',
      `${file()}\n---\n${file()}`,
      ["8: Expected one document with the forwarder's settings, found another: put its keys into the first one."],
    ],
    [
      'holds a list of objects, as kubectl writes it',
      `${file()}\n---\napiVersion: v1\nkind: List\nitems: []\n`,
      [
        '9: Expected the forwarder\'s settings or a Calico LogCollector, found an object of the kind "List": write each of its items as a document of its own, separated by ---.',
      ],
    ],
    [
      'holds an object that is neither',
      `${file()}\n---\napiVersion: v1\nkind: ConfigMap\n`,
      [
        '9: Expected the forwarder\'s settings or a Calico LogCollector, found an object of the kind "ConfigMap": remove this document.',
      ],
    ],
  );
});

describe('a file that was damaged in any way', () => {
  it('is read or refused by sentences that point into it', () => {
    const whole = `${file({ cluster: 'completeness: { ages: [2m] }' })}\n${collector('groupName: /aws/eks/b/cluster', 'region: us-west-2')}`;
    const scraps = [
      ': ',
      '- ',
      '\t',
      '{',
      ']',
      '"',
      '&a ',
      '*a ',
      '!x ',
      '|',
      '---\n',
      '<<: x\n',
      '? ',
      '\0',
      '\r',
      '0x1F',
      '1e999',
    ];
    const edit = fc.record({ at: fc.nat(whole.length), cut: fc.nat(20), put: fc.constantFrom(...scraps) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((left, { at, cut, put }) => left.slice(0, at) + put + left.slice(at + cut), whole);
        const result = parseConfig(text, 'forwarder.yaml', { for: 'stack', loadPolicy });
        const { length } = text.split('\n');
        const amiss = result.ok
          ? []
          : result.problems.filter(
              ({ line = 1, message }) => line > length || /undefined|Invalid|\[object/.test(message),
            );
        expect(result.ok || result.problems.length > 0).toBe(true);
        expect(amiss).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
