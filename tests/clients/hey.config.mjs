// What @hey-api/openapi-ts makes: functions, and schemas of zod that each answer is held against.
export default {
  input: process.env.DOCUMENT,
  output: { path: "generated/hey", module: { extension: ".js" } },
  logs: { file: false, level: "warn" },
  parser: {
    patch: {
      schemas: {
        // It writes `\u2028` of a pattern as that character, which ends a line in the middle of its
        // regular expression. The service looks at requests itself.
        VoucherRequest: ({ properties }) => {
          for (const field of Object.values(properties)) delete field.pattern;
        },
      },
    },
  },
  plugins: [
    "@hey-api/client-fetch",
    "@hey-api/typescript",
    "zod",
    { name: "@hey-api/sdk", validator: { response: "zod" } },
  ],
};
