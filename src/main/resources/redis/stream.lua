-- What the verbs on streams share; put in front of each.
-- A stream is a hash of its meta (e = epoch, o = offset given last, t = time of that, v and w = version and version epoch) and a Redis stream whose entries
-- have the id <offset>-<time>, so that history by offset is a range and each entry tells which one it is.

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

-- Numbers are doubles, and offsets reach 2^53 - 1: %d would do for Lua 5.1 of 64 bits alone.
local function text(number)
  return string.format('%.0f', number)
end

local function offset_of(id)
  return tonumber(string.match(id, '^%d+'))
end

-- Whether the stream still is the one that a node knows: it went back, or has another entry at that offset, if a replica that was behind took over.
-- Offsets that were given out would be given out again, and clients would take the new publications for ones they have.
local function is_other(stream, meta, known_epoch, known_offset, known_time)
  if meta.epoch ~= known_epoch or known_offset == 0 then
    return false
  end
  if meta.offset < known_offset then
    return true
  end
  if known_time == 0 then
    return false
  end
  if meta.offset == known_offset then
    return meta.time ~= known_time
  end
  local entry = redis.call('XRANGE', stream, text(known_offset), text(known_offset))[1]
  return entry ~= nil and tonumber(string.match(entry[1], '%d+$')) ~= known_time
end

-- The stream's meta, made anew where there is none or where it is not the one that the node knows.
local function load(key, stream, candidate, meta_ttl, known_epoch, known_offset, known_time)
  local fields = redis.call('HMGET', key, 'e', 'o', 't', 'v', 'w')
  local meta = { epoch = fields[1], offset = tonumber(fields[2] or '0'), time = tonumber(fields[3] or '0'), version = tonumber(fields[4] or '0'), within = fields[5] or '' }
  if not meta.epoch or is_other(stream, meta, known_epoch, known_offset, known_time) then
    meta.epoch, meta.offset, meta.time = candidate, 0, 0
    redis.call('DEL', stream)
    redis.call('HSET', key, 'e', candidate, 'o', '0', 't', '0')
    redis.call('PEXPIRE', key, meta_ttl)
  end
  return meta
end

-- Drops what is over its time, oldest first.
local function expire(stream, ttl)
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  while first and now - tonumber(string.match(first[1], '%d+$')) >= ttl do
    local page = redis.call('XRANGE', stream, '-', '+', 'COUNT', 100)
    local keep
    for _, entry in ipairs(page) do
      if now - tonumber(string.match(entry[1], '%d+$')) < ttl then
        keep = entry[1]
        break
      end
    end
    redis.call('XTRIM', stream, 'MINID', keep or text(offset_of(page[#page][1]) + 1))
    first = not keep and redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  end
end
