-- Reads a channel's members.
-- KEYS: members, expiry
local members, expiry = KEYS[1], KEYS[2]
-- ARGV: 1 = the entries, 0 = how many clients and how many users
local entries = ARGV[1] == '1'
-- Returns the entries, or the two numbers.

local answer, clients, users, seen = {}, 0, 0, {}
for _, client in ipairs(redis.call('ZRANGEBYSCORE', expiry, '(' .. string.format('%.0f', now), '+inf')) do
  local value = redis.call('HGET', members, client)
  if value and entries then
    answer[#answer + 1] = value
  elseif value then
    clients = clients + 1
    local user = string.match(value, '^[^\n]*\n([^\n]*)')
    if not seen[user] then
      seen[user] = true
      users = users + 1
    end
  end
end
return entries and answer or { tostring(clients), tostring(users) }
