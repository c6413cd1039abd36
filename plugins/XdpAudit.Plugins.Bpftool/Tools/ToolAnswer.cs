namespace XdpAudit.Plugins.Bpftool;

/// <summary>How a tool's process ended.</summary>
internal enum ToolEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>We ended it: it took too long.</summary>
    Deadline,

    /// <summary>We ended it: the caller gave up.</summary>
    Cancelled,

    /// <summary>We ended it: it said more than any of its answers can be.</summary>
    Flooded,

    /// <summary>It was told to end and has not: it may still act.</summary>
    Lingers,
}

/// <summary>What a tool answered. It tells what the tool says, never what the kernel did.</summary>
/// <param name="Command">Tool and verb, for messages: <c>bpftool prog load</c>.</param>
/// <param name="ExitCode">0 is the tool's word for success; 128 + signal when a signal ended it.</param>
internal sealed record ToolAnswer(string Command, ToolEnd End, int ExitCode, string Output, string Errors)
{
    internal bool SaysDone => End == ToolEnd.Exited && ExitCode == 0;

    internal Complaint Complaint => Complaint.Of(Output, Errors);
}
