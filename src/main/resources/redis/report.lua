-- Puts a node's report among those of the others, and forgets nodes that have not reported for a while.
-- KEYS: reports (hash: node -> time LF report)
local reports = KEYS[1]
-- ARGV: the node, its report, milliseconds that a report counts
local node, report, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
-- Returns name, time and report of each node that is seen.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('HSET', reports, node, string.format('%.0f', now) .. '\n' .. report)
redis.call('PEXPIRE', reports, ttl)
local answer = {}
local all = redis.call('HGETALL', reports)
for i = 1, #all, 2 do
  local time, text = string.match(all[i + 1], '^(%d+)\n(.*)$')
  if now - tonumber(time) < ttl then
    answer[#answer + 1] = all[i]
    answer[#answer + 1] = time
    answer[#answer + 1] = text
  else
    redis.call('HDEL', reports, all[i])
  end
end
return answer
