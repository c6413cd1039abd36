using System.Globalization;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Processes and actors in words.</summary>
internal static class ProcessText
{
    /// <summary><c>loader[4242]</c>.</summary>
    internal static string Short(ProcessIdentity process) => string.Create(CultureInfo.InvariantCulture, $"{process.Comm ?? "pid"}[{process.Pid}]");

    /// <summary><c>loader[4242] uid 0 login 1000 /usr/bin/loader, cgroup /system.slice/x.service</c>; what is not known is left out.</summary>
    internal static string Long(ProcessIdentity process) => string.Concat(
        Short(process),
        process.Uid is { } uid ? string.Create(CultureInfo.InvariantCulture, $" uid {uid}") : "",
        process.LoginUid is { } login && login != process.Uid ? string.Create(CultureInfo.InvariantCulture, $" login uid {login}") : "",
        process.Exe is { } exe ? $" {exe}" : "",
        process.Cgroup is { } cgroup ? $", cgroup {cgroup}" : "");

    /// <summary>Who did it: a process, the kernel, or why nobody knows.</summary>
    internal static string Of(Actor actor) => actor switch
    {
        Actor.Process process => Short(process.Identity),
        Actor.Kernel => "kernel",
        Actor.Unknown => "unknown",
        _ => throw new System.Diagnostics.UnreachableException($"actor {actor.GetType().Name}"),
    };
}
