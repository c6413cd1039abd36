namespace XdpAudit.Store;

/// <summary>The two roles. What the auditor does all day, it does as the writer, who can append and cannot rewrite.</summary>
internal static class StoreRoles
{
    /// <summary>Owns the schema and migrates it; cannot log in.</summary>
    internal const string Owner = "xdpaudit_owner";

    /// <summary>Appends, reads, and keeps the read models.</summary>
    internal const string Writer = "xdpaudit_writer";
}
