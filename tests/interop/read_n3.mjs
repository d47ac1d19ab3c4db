// Reads a file with N3.js and writes what it found as N-Quads:  node read_n3.mjs FILE MEDIA-TYPE
import { readFileSync } from "node:fs";
import { Parser, Writer } from "n3";

const [file, format] = process.argv.slice(2);
const writer = new Writer({ format: "N-Quads" });
writer.addQuads(new Parser({ format }).parse(readFileSync(file, "utf8")));
writer.end((error, text) => {
  if (error) throw error;
  process.stdout.write(text);
});
