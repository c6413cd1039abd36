namespace XdpAudit.Plugins.FlightRecorder;

/// <summary>
/// The highest program id given out so far, by loading a program and letting it go: the kernel counts by one, so two readings tell how many
/// programs were loaded between them, whoever saw them.
/// </summary>
internal static class Odometer
{
    /// <summary>Null, and why, when it cannot be read.</summary>
    internal static uint? Read(OwnObjects own, out int errno)
    {
        using var program = KernelPrograms.TryLoadPass("xat_odometer"u8, out errno);
        if (program is null || !KernelPrograms.TryId(program, out var id))
        {
            return null;
        }

        own.AddProgram(id);
        return id;
    }
}
