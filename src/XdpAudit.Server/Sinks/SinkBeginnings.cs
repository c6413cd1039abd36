namespace XdpAudit.Server;

/// <summary>Reads where new sinks begin: setting <c>plugins:ID:from</c>, <c>end</c> unless it is <c>beginning</c>.</summary>
internal static class SinkBeginnings
{
    /// <summary>The ids of those that get the whole past.</summary>
    /// <exception cref="StartException">The setting is something else.</exception>
    internal static IReadOnlySet<string> Read(IConfiguration configuration, IEnumerable<string> sinks) => sinks.Where(id => configuration[$"plugins:{id}:from"] switch
    {
        null or "end" => false,
        "beginning" => true,
        var other => throw new StartException($"setting 'plugins:{id}:from' is '{other}': it must be end, where a new sink begins, or beginning, for all that is recorded", ExitCode.Usage),
    }).ToHashSet();
}
