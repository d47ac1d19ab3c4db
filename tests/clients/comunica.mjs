// Asks an endpoint the questions of questions.json with Comunica, and writes the rows as JSON: what is unbound is left out.
import { readFileSync } from 'node:fs';
import { QueryEngine } from '@comunica/query-sparql';

const engine = new QueryEngine();
const questions = JSON.parse(readFileSync('questions.json', 'utf-8'));
const answers = {};
for (const [name, sparql] of Object.entries(questions)) {
  const rows = await (await engine.queryBindings(sparql, { sources: [{ type: 'sparql', value: process.argv[2] }] })).toArray();
  answers[name] = rows.map(row => Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])));
}
process.stdout.write(JSON.stringify(answers));
