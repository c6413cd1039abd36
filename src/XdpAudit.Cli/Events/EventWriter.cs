namespace XdpAudit.Cli;

/// <summary>Writes events one after the other: a snapshot is one document, a stream without end is one a line.</summary>
internal sealed class EventWriter(Session session, bool endless)
{
    private readonly bool array = session.Format == OutputFormat.Json && !endless;
    private int count;

    internal void Begin()
    {
        if (session.Format == OutputFormat.Table && endless)
        {
            HistoryRenderer.StreamHeading(session.Page);
            session.Around.Out.Flush();
        }
        else if (array)
        {
            session.Around.Out.Write('[');
        }
    }

    internal void Write(EventSource.Entry entry)
    {
        if (session.Format == OutputFormat.Table)
        {
            if (count == 0 && !endless)
            {
                HistoryRenderer.StreamHeading(session.Page);
            }

            HistoryRenderer.StreamLine(entry.Value, session.Page);
        }
        else
        {
            session.Around.Out.Write(array ? count == 0 ? "\n  " : ",\n  " : "");
            session.Around.Out.Write(JsonText.OneLine(entry.Json));
            session.Around.Out.Write(array ? "" : "\n");
        }

        count++;
        if (endless)
        {
            session.Around.Out.Flush();
        }
    }

    internal void End()
    {
        if (array)
        {
            session.Around.Out.Write(count == 0 ? "]\n" : "\n]\n");
        }
        else if (count == 0 && session.Format == OutputFormat.Table)
        {
            session.Say("no events");
        }
    }
}
