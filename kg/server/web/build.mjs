// Bundles src/ into ../static, and writes the licences of all that is in the bundles beside them.
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const result = await build({
  entryPoints: ["language", "main", "graph", "sparql"].map((name) => join(here, "src", `${name}.ts`)),
  outdir: out, bundle: true, minify: true, format: "iife", target: ["es2022"], metafile: true, legalComments: "none", logLevel: "warning", charset: "utf8",
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
});

/** The folders of the packages whose files are in a bundle; of packages that ship bundled, what those name as dependencies too. */
function packages() {
  const found = new Map();
  const add = (folder) => {
    if (found.has(folder)) return;
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    found.set(folder, about);
    for (const name of Object.keys(about.dependencies ?? {})) {
      try { add(join(here, "node_modules", name)); } catch { /* not installed: it is not in the bundle */ }
    }
  };
  for (const input of Object.keys(result.metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) add(join(process.cwd(), match[1]));
  }
  return [...found.entries()].sort((a, b) => (a[1].name < b[1].name ? -1 : 1));
}

/** The text of a package's licence file, or the name of the licence where it ships none. */
function licence(folder, about) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${about.license ?? "not stated"}`;
}

const texts = packages().map(([folder, about]) => `${about.name} ${about.version} (${about.license ?? "?"})\n\n${licence(folder, about)}\n`);
writeFileSync(join(out, "LICENSES.txt"), `The scripts of these pages contain these packages.\n\n${texts.join(`\n${"-".repeat(72)}\n\n`)}`);
