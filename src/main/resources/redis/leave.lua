-- Removes the entry of a client if the session is still its owner.
-- KEYS: members, expiry
local members, expiry = KEYS[1], KEYS[2]
-- ARGV: client id, claim
local client, claim = ARGV[1], ARGV[2]
-- Returns 1 when it was removed, else 0; then the members that were gone.

local answer = { '0' }
local value = redis.call('HGET', members, client)
if value and claim_of(value) == claim then
  redis.call('HDEL', members, client)
  redis.call('ZREM', expiry, client)
  answer[1] = '1'
end
expire(members, expiry, answer)
return answer
