-- Removes the members of a channel that nobody refreshed.
-- KEYS: members, expiry
local members, expiry = KEYS[1], KEYS[2]
-- Returns how many members are left, then those that were gone.

local answer = { '' }
expire(members, expiry, answer)
answer[1] = tostring(redis.call('ZCARD', expiry))
return answer
