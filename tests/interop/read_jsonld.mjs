// Reads a JSON-LD file with jsonld.js, which may fetch nothing, and writes what it found as N-Quads:  node read_jsonld.mjs FILE
import { readFileSync } from "node:fs";
import jsonld from "jsonld";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const documentLoader = (url) => { throw new Error(`it asks for ${url}`); };
process.stdout.write(await jsonld.toRDF(document, { format: "application/n-quads", documentLoader }));
