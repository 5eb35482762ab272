-- Reads a stream's position and a page of what it retains, at one moment. Makes the stream's epoch where there is none.
-- KEYS: meta, stream
local meta_key, stream = KEYS[1], KEYS[2]
-- ARGV: milliseconds that a publication and the meta live; the epoch, should the stream begin
local ttl, meta_ttl, candidate = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
-- the last position that the reading node knows, with its time
local known_epoch, known_offset, known_time = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
-- the page: offsets beyond (backwards: below) since, -1 = from that end; how many; whether backwards
local since, limit, reverse = tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9] == '1'
-- Returns epoch, top, time of the top, oldest retained offset, then id and publication of each entry.

local meta = load(meta_key, stream, candidate, meta_ttl, known_epoch, known_offset, known_time)
expire(stream, ttl)
local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
local answer = { meta.epoch, text(meta.offset), text(meta.time), oldest and text(offset_of(oldest[1])) or text(meta.offset + 1) }
if limit > 0 and oldest then
  local page
  if reverse then
    page = since == 0 and {} or redis.call('XREVRANGE', stream, since < 0 and '+' or text(since - 1), '-', 'COUNT', limit)
  else
    page = redis.call('XRANGE', stream, since < 0 and '-' or text(since + 1), '+', 'COUNT', limit)
  end
  for _, entry in ipairs(page) do
    answer[#answer + 1] = entry[1]
    answer[#answer + 1] = entry[2][2]
  end
end
return answer
