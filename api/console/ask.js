// @ts-check
// Calls the API.
import { apiBase } from "./request.js";

export const BASE = apiBase(document);

/** An error, from the API or from the browser. */
export class Problem extends Error {
  /** @param {any} told */
  constructor(told) {
    super(told.detail ?? told.title ?? "the API gave no reason");
    this.told = told;
  }
}

/**
 * Calls the API; throws a Problem unless the response is a success.
 * @param {string} path
 * @param {RequestInit} [request]
 */
export async function ask(path, request) {
  let answer;
  try {
    answer = await fetch(new URL(path, BASE), request);
  } catch {
    throw new Problem({ title: "The API cannot be reached", detail: `Nothing answers at ${BASE.href}` });
  }
  const told = await answer.json().catch(() => ({ title: `It answered ${answer.status}, not in JSON` }));
  if (!answer.ok) throw new Problem(told);
  return told;
}

/** @param {unknown} error */
export const toldBy = (error) => (error instanceof Problem ? error.told : { title: "This page failed", detail: String(error) });
