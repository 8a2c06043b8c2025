import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** The processes of one process group that are still there; slim images have `/proc` and no `ps`, macOS the reverse. */
export function membersOf(group: number): readonly Member[] {
  const all = existsSync('/proc/self/stat') ? fromProc() : fromPs();
  return all.filter((one) => one.group === group);
}

function fromProc(): readonly Member[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (Number.isNaN(pid)) return [];
    try {
      // The name in brackets may hold spaces and brackets itself; state, parent and group follow the last one.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid, parent: Number(parent), group: Number(group), command }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

function fromPs(): readonly Member[] {
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,command='], { encoding: 'utf8' }).stdout ?? '';
  return listed.split('\n').flatMap((line) => {
    const [, pid, parent, group, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}
