-- What the verbs on members share; put in front of each.
-- A channel's members are a hash (client -> claim LF user LF who it is) and a sorted set (client -> milliseconds at which it counts as gone).

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Members that one call takes away at most; the next one goes on.
local DEPARTED = 100

-- Removes members that nobody refreshed, and appends who they were to the answer. Whoever removes an entry tells of it, so each leave is told once.
local function expire(members, expiry, answer)
  for _, client in ipairs(redis.call('ZRANGEBYSCORE', expiry, '-inf', now, 'LIMIT', 0, DEPARTED)) do
    local value = redis.call('HGET', members, client)
    if value then
      answer[#answer + 1] = value
    end
    redis.call('HDEL', members, client)
    redis.call('ZREM', expiry, client)
  end
end

local function claim_of(value)
  return string.match(value, '^[^\n]*')
end

local function put(members, expiry, client, claim, rest, ttl)
  redis.call('HSET', members, client, claim .. '\n' .. rest)
  redis.call('ZADD', expiry, now + ttl, client)
  redis.call('PEXPIRE', members, ttl * 2)
  redis.call('PEXPIRE', expiry, ttl * 2)
end
