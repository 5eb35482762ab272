-- Keeps an entry from expiring that the session owns, or makes it again after it was lost.
-- KEYS: members, expiry
local members, expiry = KEYS[1], KEYS[2]
-- ARGV: client id, claim, user LF who it is, milliseconds to live
local client, claim, rest, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
-- Returns 0, then the members that were gone.

local answer = { '0' }
local value = redis.call('HGET', members, client)
if not value or claim_of(value) == claim then
  put(members, expiry, client, claim, rest, ttl)
end
expire(members, expiry, answer)
return answer
