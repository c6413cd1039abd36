using XdpAudit.Conformance;

namespace XdpAudit.Server;

/// <summary>A sink with a receiver of ours, for one promise.</summary>
/// <param name="receiver">Ours; disposed with it.</param>
/// <param name="load">Loads the sink with the receiver's address in its settings.</param>
internal sealed class TriedSink(TrialReceiver receiver, Func<string, Task<PluginSet>> load, CancellationToken cancellation) : ISinkReceiver
{
    private PluginSet? _set;

    public ISink Sink => PluginConformance.One(_set!.Sinks, _set);

    internal TimeSpan Patience => receiver.Patience;

    public async Task ComeAsync()
    {
        await receiver.ComeAsync();
        _set ??= await load(receiver.Address);
    }

    public Task GoAsync() => receiver.GoAsync();

    public Task<IReadOnlyList<string>> IdsAsync(int count) => receiver.IdsAsync(count, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_set is { } set)
        {
            await set.DisposeAsync();
        }

        await receiver.DisposeAsync();
    }
}
