// PHQ-9 and PCL-5 by FHIRPath.js and json-logic-js: microseconds a form for each that is installed, as JSON on one line.
// Reads {"forms", "responses", "fhirpath": {way: stages}, "logic": [first, outcomes]} from standard input.
"use strict";

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

function load(name) {
  try {
    return require(name);
  } catch {
    return null;
  }
}

function time(work, forms) {
  let best = Infinity;
  const until = Date.now() + 2000; // time enough for the compiler behind it to warm up
  for (let round = 0; round < 7 || Date.now() < until; round += 1) {
    const began = process.hrtime.bigint();
    for (const form of forms) work(form);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / 1000 / forms.length);
  }
  return best;
}

function measured(work, forms) {
  return { us: time(work, forms), totals: forms.map((form) => work(form)).map((told) => [told.total, told.pcl]) };
}

// Each stage's expressions are compiled once; what it works out goes to the next stage, as variables or as fields.
function staged(fhirpath, stages, model) {
  const compiled = stages.map((stage) => Object.entries(stage).map(([name, text]) => [name, fhirpath.compile(text, model)]));
  return (form) => {
    const known = model ? {} : { ...form };
    for (const stage of compiled) {
      const found = {};
      for (const [name, rule] of stage) {
        const values = model ? rule(form, known) : rule(known);
        found[name] = values.length === 1 ? values[0] : values;
      }
      Object.assign(known, found);
    }
    return known;
  };
}

const found = {};

const fhirpath = load("fhirpath");
if (fhirpath) {
  const model = require("fhirpath/fhir-context/r4");
  for (const [way, stages] of Object.entries(given.fhirpath)) {
    const isFlat = way === "flat";
    found[way] = measured(staged(fhirpath, stages, isFlat ? undefined : model), isFlat ? given.forms : given.responses);
  }
}

const logic = load("json-logic-js");
if (logic) {
  const [first, rest] = given.logic.map((rules) => Object.entries(rules));
  found["json-logic-js"] = measured((form) => {
    const known = { ...form };
    for (const [name, rule] of first) known[name] = logic.apply(rule, form);
    const told = { total: known.total, pcl: known.pcl };
    for (const [name, rule] of rest) told[name] = logic.apply(rule, known);
    return told;
  }, given.forms);
}

process.stdout.write(JSON.stringify(found));
