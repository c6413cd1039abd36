using System.Collections.Concurrent;
using System.Threading.Channels;

namespace XdpAudit.Agent;

/// <summary>
/// Tells whoever listens what was appended. A listener that does not keep up loses its place, not the recording: its channel ends, and it reads on
/// from the journal at the last position it has.
/// </summary>
public sealed class EntryFeed
{
    private const int Capacity = 4096;
    private readonly ConcurrentDictionary<Channel<HistoryEntry>, byte> _listeners = new();

    /// <summary>Something was appended. Whoever hears this reads it from the journal, and must not take time here: it is the recording that calls.</summary>
    internal event Action? Told;

    /// <summary>Listens until disposed.</summary>
    public Listener Listen()
    {
        var channel = Channel.CreateBounded<HistoryEntry>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
        _listeners[channel] = 0;
        return new(this, channel);
    }

    internal void Tell(IReadOnlyList<JournalEntry> entries, string journal)
    {
        if (entries.Count == 0)
        {
            return;
        }

        Told?.Invoke();
        if (_listeners.IsEmpty)
        {
            return;
        }

        foreach (var entry in entries.Select(e => HistoryEntries.Of(e, journal)))
        {
            foreach (var channel in _listeners.Keys)
            {
                if (!channel.Writer.TryWrite(entry))
                {
                    Leave(channel);
                }
            }
        }
    }

    private void Leave(Channel<HistoryEntry> channel)
    {
        _listeners.TryRemove(channel, out _);
        channel.Writer.TryComplete();
    }

    /// <summary>One who listens.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly EntryFeed _feed;
        private readonly Channel<HistoryEntry> _channel;

        internal Listener(EntryFeed feed, Channel<HistoryEntry> channel) => (_feed, _channel) = (feed, channel);

        /// <summary>Entries in the order of their journals; ends when the listener fell behind.</summary>
        public ChannelReader<HistoryEntry> Entries => _channel.Reader;

        /// <inheritdoc/>
        public void Dispose() => _feed.Leave(_channel);
    }
}
