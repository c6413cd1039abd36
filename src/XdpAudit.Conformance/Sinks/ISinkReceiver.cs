using XdpAudit.Abstractions;

namespace XdpAudit.Conformance;

/// <summary>What a sink delivers to, for real: a server on loopback, a socket, a file. And the sink that delivers there.</summary>
public interface ISinkReceiver : IAsyncDisposable
{
    /// <summary>The sink; there from the first time that it came.</summary>
    ISink Sink { get; }

    /// <summary>It is there and takes what comes.</summary>
    Task ComeAsync();

    /// <summary>It is away: what comes is not taken.</summary>
    Task GoAsync();

    /// <summary>The ids it has, in their order, once there are this many; fails when they do not come.</summary>
    Task<IReadOnlyList<string>> IdsAsync(int count);
}
