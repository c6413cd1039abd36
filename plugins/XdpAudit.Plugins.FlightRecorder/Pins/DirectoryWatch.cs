namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>Something happened to a name in a directory. The key is the directory's; the pid is null where it was not told.</summary>
internal readonly record struct DirectoryEvent(string Key, byte[] Name, uint Mask, int? Pid);

/// <summary>A way of being told what happens in directories.</summary>
internal interface IDirectoryWatch : IDisposable
{
    /// <summary>The name of its hook.</summary>
    string Hook { get; }

    int Descriptor { get; }

    /// <summary>Listens to a directory; its key, or null and why not. Adding one again changes nothing.</summary>
    string? TryAdd(string path, out int errno);

    /// <summary>Adds what happened since the last call; false when the kernel's queue was full and some of it is lost.</summary>
    bool Read(List<DirectoryEvent> into);
}
