namespace XdpAudit.Conformance;

/// <summary>A promise that a plugin does not keep: what was so, and what it must be.</summary>
public sealed class ConformanceException(string message, Exception? cause = null) : Exception(message, cause);
