using Marten.Events;

namespace XdpAudit.Store;

/// <summary>Events as Marten stores them: the bytes that Core makes, in a bytea column, where PostgreSQL does not touch them as it would in jsonb.</summary>
internal sealed class EventBytes : IEventBinarySerializer
{
    public byte[] Serialize(Type type, object data) => EventJson.Write((JournalEvent)data);

    public object Deserialize(Type type, byte[] data) => EventJson.Read(type, data);
}
