namespace XdpAudit.Kernel;

/// <summary>The words for how a part was read, PartCoverage.Method.</summary>
internal static class Methods
{
    internal const string Iterator = "iterator";
    internal const string IdWalk = "id-walk";
    internal const string FdInfo = "fdinfo";
    internal const string Rtnetlink = "rtnetlink";
    internal const string BpffsWalk = "bpffs-walk";
    internal const string Procfs = "procfs";
}
