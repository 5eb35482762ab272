-- Claims the entry of a client for a session.
-- KEYS: members, expiry
local members, expiry = KEYS[1], KEYS[2]
-- ARGV: client id, claim, user LF who it is, milliseconds to live
local client, claim, rest, ttl = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
-- Returns 1 when the client was no member before, else 0; then the members that were gone.

local answer = { '' }
expire(members, expiry, answer)
answer[1] = redis.call('HEXISTS', members, client) == 1 and '0' or '1'
put(members, expiry, client, claim, rest, ttl)
return answer
