namespace XdpAudit.Agent;

/// <summary>What is done when it does not go through.</summary>
internal sealed partial class Delivery
{
    // What is told of a fault is an event, and goes out too: told each time, it would keep a failing sink busy with itself.
    private static readonly TimeSpan ToldAgainAfter = TimeSpan.FromMinutes(10);

    private long? _toldAt;

    private void Faulted(SinkFaultException fault)
    {
        // What is told of it by whoever watches its process is told already.
        if (fault.InnerException is not (PluginFaultException or PluginAwayException) && (_toldAt is not { } told || _ports.Time.GetElapsedTime(told) >= ToldAgainAfter))
        {
            _toldAt = _ports.Time.GetTimestamp();
            _ports.Logger.PluginFailed(Id, fault.During, fault);
            _ports.Tell(new(Id, $"{fault.During}; it is tried again", PlainText.Of(fault.Message)));
        }

        // Counted last: whoever sees the count finds it told.
        Change(s => s with { Faults = s.Faults + 1 });
    }

    private async Task RestAsync(string trouble, TimeSpan? asked, CancellationToken end)
    {
        var words = PlainText.Of(trouble);
        var rest = _backOff.Next(asked);
        var now = _ports.Time.GetUtcNow();
        if (_status.Trouble is null)
        {
            _ports.Logger.SinkInTrouble(Id, words);
        }

        Change(s => s with { Trouble = words, TroubleSince = s.TroubleSince ?? now, NextTryAt = now + rest });
        await Task.Delay(rest, _ports.Time, end); // the back-off: a receiver in trouble is not to be pressed
    }

    private void Recovered()
    {
        _backOff.Reset();
        if (_status.TroubleSince is { } since)
        {
            _ports.Logger.SinkRecovered(Id, since);
            Change(s => s with { Trouble = null, TroubleSince = null, NextTryAt = null });
        }
    }
}
