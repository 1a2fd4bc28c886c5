package dev.nightdesk.settings.canned;

/** Takes a name that is taken. */
public final class SecondShelfQueue extends ShelfQueue {}
