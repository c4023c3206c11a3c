-- Posts the lines of a file in turn: wrk … -s wrk.lua URL -- FILE "Name: value"…
-- At the end it prints one JSON line: microseconds, requests per second, what failed, and answers of
-- 400 and above.

local requests = {}
local turn = 0

function init(arguments)
  local headers = { ["Content-Type"] = "application/json" }
  for index = 2, #arguments do
    local name, value = arguments[index]:match("^(.-): (.*)$")
    headers[name] = value
  end
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('\n{"p50_us":%.1f,"p99_us":%.1f,"per_second":%.1f,"requests":%d,"failed":%d,"refused":%d}\n',
    latency:percentile(50), latency:percentile(99),
    summary.requests / summary.duration * 1e6, summary.requests, failed, errors.status))
end
