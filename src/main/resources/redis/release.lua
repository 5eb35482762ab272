-- A session that claimed a client id ended: unless another has claimed it since, it stays its user's for a moment.
-- KEYS: owner
local owner = KEYS[1]
-- ARGV: claim, milliseconds
local claim, ttl = ARGV[1], tonumber(ARGV[2])
-- Returns 1 when it was released, else 0.

local value = redis.call('GET', owner)
if value and string.match(value, '^[^\n]*') == claim then
  redis.call('PEXPIRE', owner, ttl)
  return 1
end
return 0
