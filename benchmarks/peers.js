// PHQ-9 by FHIRPath.js and json-logic-js: microseconds a form for each that is installed, as JSON on one line.
// Reads {"forms": [...], "expressions": {...}, "logic": [total, symptoms, outcomes]} from standard input.
"use strict";

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

function load(name) {
  try {
    return require(name);
  } catch {
    return null;
  }
}

function time(work) {
  let best = Infinity;
  for (let round = 0; round < 7; round += 1) {
    const began = process.hrtime.bigint();
    for (const form of given.forms) work(form);
    best = Math.min(best, Number(process.hrtime.bigint() - began) / 1000 / given.forms.length);
  }
  return best;
}

const found = {};

const fhirpath = load("fhirpath");
if (fhirpath) {
  const total = fhirpath.compile(given.expressions.total);
  const symptoms = fhirpath.compile(given.expressions.symptoms);
  const rest = Object.values(given.expressions.outcomes).map((text) => fhirpath.compile(text));
  found["FHIRPath.js"] = {
    us: time((form) => {
      const all = { ...form, total: total(form)[0], symptoms: symptoms(form)[0] };
      return rest.map((rule) => rule(all)[0]);
    }),
    totals: given.forms.map((form) => total(form)[0]),
  };
}

const logic = load("json-logic-js");
if (logic) {
  const [total, symptoms, outcomes] = given.logic;
  const rest = Object.values(outcomes);
  found["json-logic-js"] = {
    us: time((form) => {
      const all = { ...form, total: logic.apply(total, form), symptoms: logic.apply(symptoms, form) };
      return rest.map((rule) => logic.apply(rule, all));
    }),
    totals: given.forms.map((form) => logic.apply(total, form)),
  };
}

process.stdout.write(JSON.stringify(found));
