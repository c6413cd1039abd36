using System.Collections.Concurrent;

namespace XdpAudit.Agent;

/// <summary>What happened to plugins and is not recorded yet: whoever looks next records it.</summary>
public sealed class PluginNews(TimeProvider time)
{
    private readonly ConcurrentQueue<PluginEvent> _waiting = new();

    /// <summary>Takes all of it, in its order.</summary>
    internal IReadOnlyList<PluginEvent> Take()
    {
        var taken = new List<PluginEvent>();
        while (_waiting.TryDequeue(out var fact))
        {
            taken.Add(fact);
        }

        return taken;
    }

    /// <summary>Something happened now.</summary>
    internal void Tell(PluginEvent fact) => _waiting.Enqueue(Sign(fact, time.GetUtcNow()));

    /// <summary>Says that the auditor tells it of itself.</summary>
    internal static PluginEvent Sign(PluginEvent fact, DateTimeOffset at) => fact with
    {
        Occurred = Occurrence.Exactly(at), KnownBy = Beginnings.Agent, Actor = new Actor.Unknown("a word of the auditor on its plugins"),
    };
}
