-- Sends the requests of a file one after the other, over and over. The file has whole requests with a zero byte behind each;
-- where a request has a byte 1, twelve digits are put that no other request of the run has.

local started = 0
local befores, afters = {}, {}
local at = 0

function setup(thread)
    thread:set("thread_number", started)
    started = started + 1
end

function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    for one in file:read("*a"):gmatch("[^%z]+") do
        local before, after = one:match("^(.*)\1(.*)$")
        befores[#befores + 1] = before or one
        afters[#befores] = after
    end
    file:close()
    -- Each thread begins elsewhere, so that two of them do not ask for the same account at the same time.
    at = math.floor(#befores / 7 * thread_number) % #befores
    number = tonumber(arguments[2]) + thread_number * 100000000
end

function request()
    at = at % #befores + 1
    if not afters[at] then return befores[at] end
    number = number + 1
    return befores[at] .. string.format("%012d", number) .. afters[at]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\nRESULT {"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, "refused": %d, "broken": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
