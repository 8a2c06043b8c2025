#!/usr/bin/env node
import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/app.ts';
import { describeProblems } from '../lib/problems/problem.ts';

const app = new App({ autoSynth: false });
const problems = addStacks(app, process.env);
if (problems.length === 0) app.synth();
else {
  process.stderr.write(`${describeProblems(problems)}\n`);
  process.exitCode = 1;
}
